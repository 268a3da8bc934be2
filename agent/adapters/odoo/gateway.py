"""One object for the three ports to a real Odoo."""

from agent.adapters.odoo.connection import Connection
from agent.adapters.odoo.reader import Reader
from agent.adapters.odoo.writer import Writer
from agent.kit.clock import Clock, utc_now


class OdooGateway(Reader, Writer):
    """`OdooReader`, `OdooWriter` and `OdooLog` over one connection; may be used from any thread."""

    def __init__(self, connection: Connection, clock: Clock = utc_now) -> None:
        Reader.__init__(self, connection, clock)
        Writer.__init__(self, connection)

    @classmethod
    def connect(cls, url: str, database: str, user: str, password: str, timeout: float = 10.0) -> "OdooGateway":
        """A gateway that signs in with its first call; `timeout` in seconds for each wait on the network.

        Raises ConfigurationError when the address or a name is not usable; never talks to Odoo.
        """
        return cls(Connection(url, database, user, password, timeout))

    def forget(self) -> None:
        """Drop what is kept about fields and server actions, after a set-up."""
        Writer.forget(self)
        self.connection.forget_fields()
