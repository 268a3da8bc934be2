import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from agent.errors import Conflict, Crowded, IdTaken, StorageBusy
from agent.kit.gather import Gatherer


class Book:
    """Keeps what is saved, and how it came in; `shut` holds the first saving up."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.began, self.shut = threading.Event(), threading.Event()

    def save(self, items):
        self.began.set()
        self.shut.wait(10)
        if -1 in items:
            raise Conflict("a bad one")
        if -2 in items:
            raise StorageBusy
        self.groups.append(list(items))
        return [IdTaken(str(item)) if item == -3 else item * 2 for item in items]


def answers(gatherer: Gatherer, book: Book, items: list[int]) -> list[object]:
    """Put the first item, and while it is saved all the others; what each was answered or refused with."""

    def put(item: int) -> object:
        try:
            return gatherer.put(item)
        except Exception as error:  # noqa: BLE001 - it is what the test looks at
            return type(error)

    with ThreadPoolExecutor(len(items)) as threads:
        first = threads.submit(put, items[0])
        assert book.began.wait(10)
        rest = [threads.submit(put, item) for item in items[1:]]
        while gatherer.waiting() < len(items) - 1:
            assert not book.shut.is_set()
        book.shut.set()
        return [future.result(10) for future in (first, *rest)]


def test_what_waits_while_one_is_saved_is_saved_together_and_each_gets_its_own_answer():
    book = Book()

    assert answers(Gatherer(book.save), book, [1, 2, 3, 4]) == [2, 4, 6, 8]
    assert [len(group) for group in book.groups] == [1, 3]


def test_a_group_is_no_larger_than_it_may_be():
    book = Book()

    answers(Gatherer(book.save, most=2), book, [1, 2, 3, 4, 5, 6])

    assert [len(group) for group in book.groups] == [1, 2, 2, 1]


def test_one_bad_item_spoils_nobody_elses():
    book = Book()

    assert answers(Gatherer(book.save), book, [1, -1, 3]) == [2, Conflict, 6]
    assert sorted(book.groups) == [[1], [3]]


def test_an_error_answered_for_one_item_is_raised_for_it_alone():
    book = Book()

    assert answers(Gatherer(book.save), book, [1, -3, 3]) == [2, IdTaken, 6]
    assert [len(group) for group in book.groups] == [1, 2]


def test_a_storage_that_fails_is_asked_once_and_not_for_each():
    book = Book()

    assert answers(Gatherer(book.save), book, [1, -2, 3, 4]) == [2, StorageBusy, StorageBusy, StorageBusy]
    assert book.groups == [[1]]


def test_too_much_is_refused_at_once_and_what_waits_is_saved():
    book = Book()
    gatherer = Gatherer(book.save, waiting=2)
    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(gatherer.put, 1)
        assert book.began.wait(10)
        others = [threads.submit(gatherer.put, number) for number in (2, 3)]
        while gatherer.waiting() < 2:
            pass

        with pytest.raises(Crowded):
            gatherer.put(4)

        book.shut.set()
        assert [future.result(10) for future in (first, *others)] == [2, 4, 6]


def test_after_a_failure_the_next_is_saved():
    book = Book()
    book.shut.set()
    gatherer = Gatherer(book.save)

    for bad, error in ((-1, Conflict), (-2, StorageBusy)):
        with pytest.raises(error):
            gatherer.put(bad)

    assert gatherer.put(5) == 10
