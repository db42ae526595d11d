"""Language of short requests that the project wrote. The reader's threshold was set on them."""

from bench.models.goals import Goal, Measured, mean_of
from ridealong.text.language import LanguageReader
from tests.text.short_requests import SHORT_REQUESTS


def measure_languages() -> Measured:
    """The mean over all languages that are listed as supported; `unknown` counts as wrong."""
    reader = LanguageReader()
    groups = [
        [reader.read(text).code == code for text in texts] for code, texts in SHORT_REQUESTS.items()
    ]
    on = f"short requests in {len(groups)} languages"
    figure = mean_of(groups)
    return Measured("language, mean", on, sum(map(len, groups)), figure, Goal(0.96, 0.985))
