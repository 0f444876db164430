"""Work that one thread does for several: each piece once, and no failure holds up the others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from fwsite.together import AT_MOST, Together


class Work:
    """Remembers what was done together; each batch waits until it may go on."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun = threading.Semaphore(0)
        self.may_end = threading.Semaphore(0)
        self.failures: list[BaseException] = []

    def __call__(self, pieces: Iterator[int]) -> None:
        self.batches.append(list(pieces))
        self.begun.release()
        assert self.may_end.acquire(timeout=20)
        if self.failures:
            raise self.failures.pop()


@pytest.fixture
def work() -> Work:
    return Work()


def queue_up(threads: ThreadPoolExecutor, together: Together[int], pieces: range) -> list[Future[None]]:
    futures = []
    for piece in pieces:
        before = len(together._waiting)
        futures.append(threads.submit(together.do, piece))
        while len(together._waiting) == before:
            threading.Event().wait(0.001)
    return futures


def test_what_comes_meanwhile_is_done_together_afterwards(work: Work) -> None:
    together = Together(work)
    with ThreadPoolExecutor(5) as threads:
        first = threads.submit(together.do, 0)
        assert work.begun.acquire(timeout=20)
        others = queue_up(threads, together, range(1, 5))
        work.may_end.release()
        first.result(timeout=20)
        assert work.begun.acquire(timeout=20)
        assert not any(other.done() for other in others)
        work.may_end.release()
        for other in others:
            other.result(timeout=20)
    assert work.batches == [[0], [1, 2, 3, 4]]


def test_a_failure_is_its_threads_alone_and_the_next_ones_go_on(work: Work) -> None:
    together = Together(work)
    work.failures = [KeyboardInterrupt()]
    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(together.do, 0)
        assert work.begun.acquire(timeout=20)
        others = queue_up(threads, together, range(1, 3))
        for _ in range(2):
            work.may_end.release()
        with pytest.raises(KeyboardInterrupt):
            first.result(timeout=20)
        for other in others:
            other.result(timeout=20)
    assert work.batches == [[0], [1, 2]]


def test_no_batch_is_larger_than_its_limit(work: Work) -> None:
    together = Together(work)
    with ThreadPoolExecutor(AT_MOST + 2) as threads:
        first = threads.submit(together.do, 0)
        assert work.begun.acquire(timeout=20)
        others = queue_up(threads, together, range(1, AT_MOST + 2))
        for _ in range(3):
            work.may_end.release()
        for each in [first, *others]:
            each.result(timeout=20)
    assert [len(batch) for batch in work.batches] == [1, AT_MOST, 1]


def test_many_threads_and_pieces_each_is_done_once() -> None:
    done: list[int] = []
    together = Together[int](done.extend)

    def bring(start: int) -> None:
        for piece in range(start, start + 200):
            together.do(piece)
            assert piece in done

    with ThreadPoolExecutor(8) as threads:
        for future in [threads.submit(bring, 1000 * number) for number in range(8)]:
            future.result(timeout=60)
    assert sorted(done) == sorted(1000 * number + piece for number in range(8) for piece in range(200))
