"""A paho client that remembers what happened to it."""

import ssl

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties

from server import PATIENCE, Bundle, Inbox, Server

V3 = MQTTProtocolVersion.MQTTv311
V5 = MQTTProtocolVersion.MQTTv5


class Client:
    """Connections, messages, acknowledgements and ends, each in an inbox of its own."""

    def __init__(self, version, client_id: str, *, clean=True, transport="tcp", expiry=0, will=None):
        self.version = version
        self.expiry = expiry
        self.clean = clean
        options = {"clean_session": clean} if version == V3 else {}
        self.paho = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=version,
            transport=transport,
            reconnect_on_failure=False,
            **options,
        )
        if will:
            self.paho.will_set(*will, qos=1)
        self.connacks, self.messages, self.granted = Inbox(), Inbox(), Inbox()
        self.published, self.ends = Inbox(), Inbox()
        self.paho.on_connect = lambda _c, _u, flags, reason, _p: self.connacks.put((flags, reason))
        self.paho.on_message = lambda _c, _u, message: self.messages.put(message)
        self.paho.on_subscribe = lambda _c, _u, _m, reasons, _p: self.granted.put(reasons)
        self.paho.on_publish = lambda _c, _u, _m, reason, _p: self.published.put(reason)
        self.paho.on_disconnect = lambda _c, _u, _f, reason, _p: self.ends.put(reason)

    def over_tls(self, bundle: Bundle, root: str | None = None) -> "Client":
        context = ssl.create_default_context(cafile=root or bundle.root)
        context.load_cert_chain(bundle.certificate, bundle.key)
        self.paho.tls_set_context(context)
        return self

    def dial(self, port: int, keep_alive=60, host="localhost"):
        """Connects, and gives CONNACK's flags and reason, whatever it is."""
        options = {}
        if self.version == V5:
            properties = Properties(paho.PacketTypes.CONNECT)
            properties.SessionExpiryInterval = self.expiry
            options = {"clean_start": self.clean, "properties": properties}
        self.paho.connect(host, port, keep_alive, **options)
        self.paho.loop_start()
        return self.connacks.one()

    def enter(self, port: int, **options):
        """Connects and is let in; says whether there was a session."""
        flags, reason = self.dial(port, **options)
        assert reason == "Success", reason
        return flags.session_present

    def subscribe(self, filter: str, qos: int, **options):
        self.paho.subscribe(filter, qos, **options)
        return self.granted.one()[0]

    def publish(self, topic: str, payload, qos: int, **options):
        self.paho.publish(topic, payload, qos, **options)
        return self.published.one()

    def leave(self):
        self.paho.disconnect()
        self.paho.loop_stop()

    def vanish(self):
        """Breaks the connection without a word, so that the server publishes the will."""
        self.paho.loop_stop()
        self.paho.socket().close()


def plain(server: Server, version, client_id: str, **options) -> Client:
    client = Client(version, client_id, **options)
    client.enter(server.mqtt_port)
    return client


def secure(server: Server, version, bundle: Bundle, **options) -> Client:
    client = Client(version, bundle.name, **options).over_tls(bundle)
    client.enter(server.mqtts_port)
    return client


__all__ = ["PATIENCE", "V3", "V5", "Client", "plain", "secure"]
