"""`make tables`: writes the tables of the READMEs that are made from the code."""

from tests.readme.tables import readmes, with_current_tables
from tests.support.paths import ROOT


def main() -> None:
    """Rewrite the READMEs whose tables are not current, and name them."""
    for path in readmes():
        text = path.read_text(encoding="utf-8")
        current = with_current_tables(text)
        if current != text:
            path.write_text(current, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
