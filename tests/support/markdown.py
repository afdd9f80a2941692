"""What stands in a Markdown document: its headings, links, code and prose."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_FENCE = "```"
_INDENT = "    "
_HEADING = re.compile(r"(#{1,6}) (.+)")
_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(([^)\s]+)\)")
_SPAN = re.compile(r"(`+)(.+?)\1")
_COMMENT = re.compile(r"\s+# .*")
_NO_SIGN_OF_AN_ANCHOR = re.compile(r"[^\w\- ]")


@dataclass(frozen=True)
class Document:
    """A Markdown document, taken apart.

    Attributes:
        path: its file.
        lines: how many it has.
        headings: each with its level and its text.
        blocks: the code blocks, each a list of lines without their indentation.
        prose: the lines outside code blocks, tables and headings.
        text: all lines outside code blocks.
    """

    path: Path
    lines: int
    headings: Sequence[tuple[int, str]]
    blocks: Sequence[Sequence[str]]
    prose: Sequence[str]
    text: str

    @property
    def links(self) -> list[str]:
        """The targets of its links and pictures, in their order."""
        return _LINK.findall(self.text)

    @property
    def spans(self) -> list[str]:
        """What stands in backticks."""
        return [span.strip() for _, span in _SPAN.findall(self.text)]

    @property
    def anchors(self) -> set[str]:
        """The anchors of its headings, as GitHub names them."""
        found: set[str] = set()
        for _, heading in self.headings:
            plain = _LINK.sub("", heading).replace("`", "").strip().lower()
            anchor = _NO_SIGN_OF_AN_ANCHOR.sub("", plain).replace(" ", "-")
            number = 0
            while (name := f"{anchor}-{number}" if number else anchor) in found:
                number += 1
            found.add(name)
        return found

    @property
    def commands(self) -> list[list[str]]:
        """The command lines of its code blocks and backticks, each cut into its words; parts of a pipe are commands."""
        candidates = [*self.spans, *(line for block in self.blocks for line in _joined(block))]
        return [words for candidate in candidates for words in _words(candidate)]


def read_document(path: Path) -> Document:
    """Take a document apart."""
    text = path.read_text(encoding="utf-8")
    headings: list[tuple[int, str]] = []
    blocks: list[list[str]] = []
    prose: list[str] = []
    outside: list[str] = []
    for kind, line in _kinds(text.splitlines()):
        if kind == "open":
            blocks.append([])
        elif kind == "code":
            blocks[-1].append(line)
        else:
            outside.append(line)
            if heading := _HEADING.fullmatch(line):
                headings.append((len(heading[1]), heading[2]))
            elif not line.startswith("|"):
                prose.append(line)
    return Document(path, len(text.splitlines()), headings, blocks, prose, "\n".join(outside))


def without_comment(line: str) -> str:
    """A line of code without the comment at its end."""
    return _COMMENT.sub("", line)


def _kinds(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each line as `code` or `text`; `open` comes before the first of a block."""
    fenced = indented = in_list = False
    blank = True
    for number, line in enumerate(lines):
        if line.lstrip().startswith(_FENCE):
            fenced = not fenced
            if fenced:
                yield "open", ""
        elif fenced:
            yield "code", line
        elif line.startswith(_INDENT) and (indented or (blank and not in_list)):
            if not indented:
                yield "open", ""
            indented = True
            yield "code", line.removeprefix(_INDENT)
        elif not line.strip() and indented and lines[number + 1 :] and lines[number + 1].startswith(_INDENT):
            yield "code", ""
        else:
            indented = False
            yield "text", line
        if line.strip() and not line.startswith(" "):
            in_list = bool(re.match(r"[-*] |\d+\. ", line))
        blank = not line.strip()


def _joined(block: Sequence[str]) -> Iterator[str]:
    """The lines of a code block; those that end with a backslash or a pipe go on in the next."""
    begun = ""
    for line in block:
        stripped = without_comment(line).strip()
        if stripped.endswith("\\"):
            begun += stripped.removesuffix("\\")
        elif stripped.endswith("|"):
            begun += stripped
        else:
            yield begun + stripped
            begun = ""
    if begun:
        yield begun


def _words(line: str) -> Iterator[list[str]]:
    """The words of each command of a pipe, without variables before it; none of a line that no shell would take."""
    try:
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;()<>")
        lexer.whitespace_split = True
        lexer.commenters = ""
        words = list(lexer)
    except ValueError:
        return
    command: list[str] = []
    for word in [*words, "|"]:
        if word in ("|", "&&", "&", ";", ">", ">>"):
            if command:
                yield command
            command = []
        elif command or not re.fullmatch(r"[A-Z_]+=.*", word):
            command.append(word)
