"""What can go wrong while models are built, trained and assembled, each named."""

from ridealong.chassis.errors import ServiceError


class LearningError(ServiceError):
    """Base of this package's failures."""


class WheelNotFetched(LearningError):
    """A pinned wheel could not be had from the package index."""

    retriable = True


class WheelTampered(LearningError):
    """A wheel is not the one that was pinned."""


class BuiltFileDiffers(LearningError):
    """A built model is not, byte for byte, the one its manifest promises."""


class ModelUnknown(LearningError):
    """No committed model has this name."""

    status = 404


class TrainingDataMissing(LearningError):
    """A data set that training needs is not there."""


class HeldoutListMissing(LearningError):
    """Without the list of held-out texts nothing may be trained."""


class HeadDiffers(LearningError):
    """The exported head does not answer what the trained one answers."""


class NothingLearned(LearningError):
    """A head answers no better than the most frequent class would."""


class HeadWorse(LearningError):
    """A head scores below its predecessor, and nobody allowed that."""

    status = 409


class RowsUnreadable(LearningError):
    """A file of rows to evaluate lacks its columns or has labels that the model does not know."""

    status = 422


class PlotNotDrawn(LearningError):
    """A plot cannot be written where it is wanted."""

    status = 422
