"""One object for the ports to a real Odoo, over a connection for each of its users."""

from agent.adapters.odoo.changes import Changes
from agent.adapters.odoo.connection import Connection
from agent.adapters.odoo.log import Log
from agent.adapters.odoo.names import Service
from agent.adapters.odoo.people import People
from agent.adapters.odoo.reader import Reader
from agent.adapters.odoo.writer import Writer
from agent.kit.clock import Clock, utc_now


class OdooGateway(Reader, Log, Writer, People, Changes):
    """Every port to Odoo that there is; may be used from any thread.

    Without users of their own for log and actions, the one connection does all.
    """

    def __init__(
        self,
        connection: Connection,
        clock: Clock = utc_now,
        *,
        log: Connection | None = None,
        apply: Connection | None = None,
    ) -> None:
        Reader.__init__(self, connection, clock)
        Writer.__init__(self, apply or connection)
        Log.__init__(self, log or connection)
        self.connection = connection  # the reading user's, whatever the others call theirs
        self._users = {Service.READ: connection, Service.LOG: log or connection, Service.APPLY: apply or connection}

    @classmethod
    def connect(cls, url: str, database: str, user: str, password: str, timeout: float = 10.0) -> "OdooGateway":
        """A gateway that signs in with its first call; `timeout` in seconds for each wait on the network.

        Raises ConfigurationError when the address or a name is not usable; never talks to Odoo.
        """
        return cls(Connection(url, database, user, password, timeout))

    def users(self) -> dict[Service, Connection]:
        """Whose connection serves for what."""
        return dict(self._users)

    def forget(self) -> None:
        """Drop what is kept about fields and server actions, after a set-up."""
        Writer.forget(self)
        self.actions.forget()
        self.connection.forget_fields()
