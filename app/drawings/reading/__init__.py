"""Read title blocks (图签) and drawing lists (图纸目录) from text runs and ruled lines; standard library only."""

from app.drawings.reading.disciplines import guess_discipline, guess_stage
from app.drawings.reading.drawing_list import read_drawing_list
from app.drawings.reading.learning import learn_field
from app.drawings.reading.page import (
    FieldReading,
    LearnedField,
    ListRow,
    PageContent,
    TitleBlockReading,
)
from app.drawings.reading.title_block import find_value, read_title_block
from app.drawings.reading.values import number_from_file_name, parse_date, parse_day, parse_scale

__all__ = [
    "FieldReading",
    "LearnedField",
    "ListRow",
    "PageContent",
    "TitleBlockReading",
    "find_value",
    "guess_discipline",
    "guess_stage",
    "learn_field",
    "number_from_file_name",
    "parse_date",
    "parse_day",
    "parse_scale",
    "read_drawing_list",
    "read_title_block",
]
