namespace Tachyon.Protocol.Frames;

/// <summary>What a frame of a tunnel session carries. The numbers are part of the wire format.</summary>
public enum FrameKind : byte
{
    /// <summary>Not a frame: a zeroed header is always refused.</summary>
    None = 0,

    /// <summary>First frame of a session, from the consumer: version, channel id and <c>SessionAuth</c> signature (<see cref="HelloPayload"/>).</summary>
    Hello = 1,

    /// <summary>The provider's answer to <see cref="Hello"/>: version and its own <c>SessionAuth</c> signature (<see cref="WelcomePayload"/>).</summary>
    Welcome = 2,

    /// <summary>The consumer opens a stream to a target (<see cref="OpenPayload"/>). Only consumers open.</summary>
    Open = 3,

    /// <summary>The provider says what became of an <see cref="Open"/> (<see cref="OpenResultPayload"/>).</summary>
    OpenResult = 4,

    /// <summary>Payload bytes of a stream: the only frames that are metered.</summary>
    Data = 5,

    /// <summary>The receiver of a stream grants its sender more bytes (<see cref="WindowPayload"/>).</summary>
    Window = 6,

    /// <summary>No more data in this direction of the stream. No payload.</summary>
    Fin = 7,

    /// <summary>The stream is given up in both directions (<see cref="ResetPayload"/>).</summary>
    Reset = 8,

    /// <summary>A unit on its own, because no data frame was due to carry it. No payload.</summary>
    Unit = 9,

    /// <summary>The provider's own count less its write-offs, unsigned (<see cref="StatementPayload"/>).</summary>
    Statement = 10,

    /// <summary>The sender wants to close the channel cooperatively and sends no data from here on. No payload.</summary>
    ClosureOffer = 11,

    /// <summary>A <c>Closure</c> with the sender's signature (<see cref="ClosurePayload"/>).</summary>
    ClosureSigned = 12,

    /// <summary>Asks for a <see cref="Pong"/> with the same token (<see cref="PingPayload"/>).</summary>
    Ping = 13,

    /// <summary>Answers a <see cref="Ping"/> (<see cref="PingPayload"/>).</summary>
    Pong = 14,

    /// <summary>The sender ends the session, for a reason, and sends no data from here on (<see cref="GoodbyePayload"/>).</summary>
    Goodbye = 15,

    /// <summary>
    /// The first frame of each side after the handshake: the newest unit of the receiver that the sender holds, as a
    /// <see cref="UnitSection"/>, or nothing. A node whose journal lost its end so learns what it signed before it signs on.
    /// </summary>
    UnitShown = 16,

    /// <summary>The consumer asks for a path for whole packets beside the session (<see cref="PacketsOpenPayload"/>).</summary>
    PacketsOpen = 17,

    /// <summary>The provider's answer to <see cref="PacketsOpen"/> (<see cref="PacketsOpenedPayload"/>), or nothing where it carries none.</summary>
    PacketsOpened = 18,

    /// <summary>
    /// The consumer opens a stream of UDP datagrams (<see cref="UdpMessage"/>), each with its own target. No payload;
    /// answered by an <see cref="OpenResult"/>.
    /// </summary>
    OpenUdp = 19,

    /// <summary>
    /// First frame of a session of a route, from its consumer: the version of the frame layout, u8. Nothing else is said before the
    /// exit has proved itself.
    /// </summary>
    RouteHello = 20,

    /// <summary>The exit's answer to <see cref="RouteHello"/>: its own <c>ExitAuth</c> signature (<see cref="RouteProofPayload"/>).</summary>
    RouteProof = 21,

    /// <summary>The route that the consumer comes for, and its proof of it (<see cref="RouteOpenPayload"/>).</summary>
    RouteOpen = 22,

    /// <summary>The exit takes the route's consumer (<see cref="RouteWelcomePayload"/>).</summary>
    RouteWelcome = 23,
}
