"""Fixtures: a server for each module, and servers of a test's own."""

import itertools

import pytest

from server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server for all tests of a module; they keep apart by names."""
    server = Server(tmp_path_factory.mktemp("server")).start()
    yield server
    server.close()


@pytest.fixture
def own_server(tmp_path):
    """A server that a test may kill."""
    server = Server(tmp_path).start()
    yield server
    server.close()


@pytest.fixture
def make_server(tmp_path):
    """Servers as a test wants them: with a configuration, or several. They are not started."""
    made = []

    def make(name="server", **options) -> Server:
        home = tmp_path / name
        home.mkdir()
        made.append(Server(home, **options))
        return made[-1]

    yield make
    for server in made:
        server.close()


_numbers = itertools.count(1)


@pytest.fixture
def name(request):
    """A name that no other test uses, for things, clients and topics."""
    test = request.node.originalname or request.node.name
    return f"{test.removeprefix('test_')[:60]}-{next(_numbers)}"
