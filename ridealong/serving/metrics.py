"""What a model server shows of itself. Labels are models that exist and named reasons."""

from prometheus_client import Counter, Gauge

from ridealong.serving.histograms import Histogram

BUCKETS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
BUCKETS_ROWS = (1, 2, 4, 8, 16, 32, 64, 128)
MODEL = ("model", "version")


def seconds(name: str, about: str) -> Histogram:
    """A histogram of seconds by model and version."""
    return Histogram(f"ridealong_inference_{name}_seconds", about, MODEL, buckets=BUCKETS_S)


QUEUE_SECONDS = seconds("queue", "Time of a request before its run began.")
TOTAL_SECONDS = seconds("total", "Time of a request from its check to its answer.")
BATCH_SECONDS = seconds("batch", "Time of a batch: inputs joined, run, answers parted.")
RUN_SECONDS = seconds("run", "Time of a batch in the model itself.")
BATCH_ROWS = Histogram(
    "ridealong_inference_batch_rows", "Rows that shared a run.", MODEL, buckets=BUCKETS_ROWS
)
TOKENS = Counter(
    "ridealong_inference_tokens",
    "Tokens that text models ran: real ones, and padding beside longer texts.",
    (*MODEL, "kind"),
)
REFUSALS = Counter("ridealong_inference_refusals", "Requests not answered, by reason.", ("reason",))
WAITING = Gauge("ridealong_inference_waiting", "Requests that wait for their run.")
