import math
import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdserving.documents.characters import printable
from pdserving.documents.hocr import hocr
from pdserving.documents.source import DocumentPage
from pdserving.page_answer import LineAnswer
from tests.support.documents import answer, box, line, page, stack, turned, turned_clockwise

XHTML = "{http://www.w3.org/1999/xhtml}"


def parsed(*pages: DocumentPage) -> Element:
    return ElementTree.fromstring(hocr(pages).encode("utf-8"))  # noqa: S314  # what we wrote ourselves


def of_class(root: Element, name: str) -> list[Element]:
    return [element for element in root.iter() if element.get("class") == name]


def properties(element: Element) -> dict[str, list[str]]:
    """The title's properties, after the grammar of hOCR."""
    found = {}
    for part in re.findall(r'(?:[^;"]|"[^"]*")+', element.attrib["title"]):
        name, *values = part.split()
        found[name] = values
    return found


def bbox(element: Element) -> list[int]:
    return [int(value) for value in properties(element)["bbox"]]


def test_a_page_says_what_it_is_of() -> None:
    one, two = of_class(parsed(page([]), page([], 2, "b; c.pdf", 150)), "ocr_page")
    assert one.attrib["title"] == 'image "a.png"; bbox 0 0 1000 1400; ppageno 0'
    assert two.attrib["title"] == 'image "b; c.pdf"; bbox 0 0 1000 1400; ppageno 1; scan_res 150 150'


def test_the_head_names_system_and_capabilities() -> None:
    root = parsed(page([]))
    metas = {meta.get("name"): meta.get("content") for meta in root.iter(f"{XHTML}meta")}
    assert metas["ocr-system"]
    assert metas["ocr-number-of-pages"] == "1"
    used = {element.get("class") for element in parsed(page(stack(["a"]))).iter() if element.get("class")}
    assert used | {"ocrp_wconf"} == set((metas["ocr-capabilities"] or "").split())


def test_words_have_boxes_and_confidences() -> None:
    root = parsed(page([line("ab cd", box(10, 20, 100, 30), score=0.876)]))
    first, second = of_class(root, "ocrx_word")
    assert (first.text, first.tail, second.text, second.tail) == ("ab", " ", "cd", None)
    assert first.attrib["title"] == "bbox 10 20 50 50; x_wconf 88"
    assert second.attrib["title"] == "bbox 70 20 110 50; x_wconf 88"


def test_paragraphs_are_areas_and_lines_stand_in_them() -> None:
    root = parsed(page([*stack(["one", "two"]), *stack(["three"], top=300)]))
    areas = of_class(root, "ocr_carea")
    assert [[word.text for word in of_class(area, "ocrx_word")] for area in areas] == [["one", "two"], ["three"]]
    for area in areas:
        left, top, right, bottom = bbox(area)
        for text_line in of_class(area, "ocr_line"):
            box_ = bbox(text_line)
            assert left <= box_[0]
            assert top <= box_[1]
            assert right >= box_[2]
            assert bottom >= box_[3]


def test_a_level_line_has_a_level_baseline() -> None:
    (found,) = of_class(parsed(page([line("ab", box(10, 20, 100, 30))])), "ocr_line")
    assert properties(found) == {"bbox": ["10", "20", "110", "50"], "baseline": ["0", "-6"]}


def test_the_baseline_of_a_tilted_line_runs_through_its_quad() -> None:
    (found,) = of_class(parsed(page([line("ab", turned(box(100, 100, 400, 40), 8))])), "ocr_line")
    slope, offset = (float(value) for value in properties(found)["baseline"])
    left, _, right, bottom = bbox(found)
    assert slope == pytest.approx(math.tan(math.radians(8)), abs=0.001)
    middle = bottom + offset + slope * ((right - left) / 2)
    # A line of 40 pixels, whose baseline is 12 below its middle, measured across the line.
    assert middle == pytest.approx(120 + 12 / math.cos(math.radians(8)), abs=0.6)


@pytest.mark.parametrize(
    ("quad", "angle", "textangle"),
    [(box(0, 0, 30, 200), 0, "270"), (box(0, 0, 30, 200), 180, "90"), (box(0, 0, 200, 30), 180, "180")],
)
def test_a_line_that_does_not_run_to_the_right_has_an_angle(
    quad: list[list[float]], angle: int, textangle: str
) -> None:
    """Counter-clockwise: text from top to bottom is turned by 270 degrees."""
    (found,) = of_class(parsed(page([line("ab", quad, angle)])), "ocr_line")
    assert properties(found)["textangle"] == [textangle]
    assert "baseline" not in properties(found)


def test_a_page_that_is_turned_says_how() -> None:
    upright = answer([line("ab", box(10, 20, 100, 30))])
    lying = turned_clockwise(upright)
    root = parsed(*(DocumentPage("a.png", 1, None, page_) for page_ in (upright, lying)))
    pages, lines = of_class(root, "ocr_page"), of_class(root, "ocr_line")
    assert [properties(page_).get("x_rotation") for page_ in pages] == [None, ["90"]]
    assert [properties(line_).get("textangle") for line_ in lines] == [None, ["270"]]
    assert bbox(lines[1]) == [1350, 10, 1380, 110]


def test_identities_are_unique() -> None:
    root = parsed(page(stack(["a b", "c"])), page(stack(["d e f"])))
    identities = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(set(identities)) == len(identities) == 2 + 2 + 2 + 3 + 6


def test_boxes_stay_on_the_page() -> None:
    root = parsed(page([line("ab", box(-5, -5.5, 2000, 3000))]))
    assert bbox(of_class(root, "ocr_line")[0]) == [0, 0, 1000, 1400]


def test_lines_that_were_not_read_are_left_out() -> None:
    assert not of_class(parsed(page([line(None, box(0, 0, 9, 9), columns=[])])), "ocr_line")


@given(st.text(), st.lists(st.text(min_size=1), max_size=4))
def test_any_text_and_name_make_well_formed_xhtml(name: str, texts: list[str]) -> None:
    lines: list[LineAnswer] = [line(text, box(0, 40 * at, 900, 30)) for at, text in enumerate(texts)]
    root = parsed(DocumentPage(name, 1, None, answer(lines)))
    assert root.tag == f"{XHTML}html"
    words = [word.text or "" for word in of_class(root, "ocrx_word")]
    assert "".join(words) == "".join("".join(printable(text).split()) for text in texts)
    assert list(properties(of_class(root, "ocr_page")[0])) == ["image", "bbox", "ppageno"]
