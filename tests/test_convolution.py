"""Convolution in plain NumPy: its gradient, its accuracy over seeds, and ONNX Runtime as the oracle."""

import numpy as np
import pytest
from scipy.signal import correlate2d

from course import convolution, models, providers, trained
from course.convolution import SIDE, STRIDE, Convolutional

pytestmark = pytest.mark.usefixtures("one_thread")
RANDOM = np.random.default_rng(0)
IMAGES, TARGETS = RANDOM.random((6, SIDE * SIDE)), np.array([3, 1, 4, 1, 5, 9])


def shaken(seed: int = 0) -> Convolutional:
    """A network whose biases aren't 0 either."""
    network = convolution.initialise(random_state=seed)
    noise = np.random.default_rng(seed).standard_normal(network.parameters.size)
    return network.moved(0.05 * noise)


@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_is_that_of_finite_differences(seed: int) -> None:
    network = shaken(seed)
    found = convolution.gradient(network, IMAGES, TARGETS)
    places = np.random.default_rng(seed).permutation(found.size)[:60]
    for place in [*places, 0, 299, 300, 311, 312, found.size - 1]:
        step = np.zeros(found.size)
        step[place] = 1e-5
        above, below = (convolution.loss(network.moved(way * step), IMAGES, TARGETS) for way in (1, -1))
        assert (above - below) / 2e-5 == pytest.approx(found[place], abs=1e-7)


def test_a_filter_gives_what_scipy_says() -> None:
    network = shaken()
    values = convolution.forward(network, IMAGES)
    for number in (0, 1):
        (weights, biases), images = network.layers[number], values[number]
        for kernel, bias, seen in zip(weights, biases, values[number + 1][0], strict=True):
            sums = sum(
                correlate2d(image, each, mode="valid")
                for image, each in zip(images[0], kernel, strict=True)
            )
            np.testing.assert_allclose(seen, np.maximum(sums[::STRIDE, ::STRIDE] + bias, 0), atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_onnx_runtime_answers_the_same(seed: int) -> None:
    network = shaken(seed)
    ask, row, rows, kind = providers.asked(providers.session(convolution.to_onnx(network)))
    assert (row, rows, kind) == ((SIDE * SIDE,), None, "float32")
    np.testing.assert_allclose(
        ask(IMAGES.astype(np.float32)), convolution.forward(network, IMAGES)[-1], atol=1e-6
    )


def test_training_lowers_the_loss_and_ends_at_what_is_kept() -> None:
    seen = trained.examples(data="MNIST")
    run = convolution.training()
    untrained, once = next(run), next(run)
    losses = [convolution.loss(each, seen.inputs[:500], seen.targets[:500]) for each in (untrained, once)]
    assert losses[1] < 0.5 * losses[0]
    network = convolution.trained()
    assert convolution.trained() is network
    assert convolution.accuracy(network, seen.test_inputs, seen.test_targets) > 0.94
    assert not network.parameters.flags.writeable


def test_images_may_come_as_rows_or_as_pictures() -> None:
    network = shaken()
    rows, pictures = (
        convolution.predict(network, each) for each in (IMAGES, IMAGES.reshape(-1, 1, SIDE, SIDE))
    )
    np.testing.assert_array_equal(rows, pictures)
    assert convolution.accuracy(network, IMAGES, rows) == 1


def test_probabilities_are_those_of_ten_digits() -> None:
    sides = [each.shape for each in convolution.forward(shaken(), IMAGES)]
    assert sides == [(6, 1, 28, 28), (6, 12, 12, 12), (6, 24, 5, 5), (6, 10)]
    np.testing.assert_allclose(convolution.forward(shaken(), IMAGES)[-1].sum(axis=1), 1)


@pytest.mark.parametrize(
    ("inputs", "targets", "message"),
    [
        (np.zeros((2, 64)), [0, 1], "inputs must have shape any x 784, got 2 x 64"),
        (np.zeros(784), [0], "inputs must have shape any x 784, got 784"),
        (np.zeros((1, 784)), [10], "targets must hold whole numbers from 0 to 9, got 10.0"),
    ],
)
def test_what_is_no_image_is_refused(inputs: object, targets: object, message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        convolution.accuracy(shaken(), inputs, targets)  # type: ignore[arg-type]
    assert str(refusal.value) == message


def test_its_file_is_not_taken_for_one_of_a_dense_network() -> None:
    with pytest.raises(ValueError, match="file must hold a network as `save` writes it"):
        models.load(convolution.to_onnx(shaken()))
