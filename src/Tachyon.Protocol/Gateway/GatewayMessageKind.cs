namespace Tachyon.Protocol.Gateway;

/// <summary>
/// The first byte of a gateway message. Requests of an edge lie in 0x01–0x7F, replies of the gateway in 0x81–0xBF,
/// pushes of the gateway in 0xC1–0xFE, so that the direction of a message is seen from its first two bits.
/// </summary>
public enum GatewayMessageKind : byte
{
    /// <summary>Not a message.</summary>
    None = 0,

    /// <summary><see cref="Gateway.Hello"/>.</summary>
    Hello = 0x01,

    /// <summary><see cref="Gateway.Authenticate"/>.</summary>
    Authenticate = 0x02,

    /// <summary><see cref="Gateway.Announce"/>.</summary>
    Announce = 0x03,

    /// <summary><see cref="Gateway.Heartbeat"/>.</summary>
    Heartbeat = 0x04,

    /// <summary><see cref="Gateway.Withdraw"/>.</summary>
    Withdraw = 0x05,

    /// <summary><see cref="Gateway.Drain"/>.</summary>
    Drain = 0x06,

    /// <summary><see cref="Gateway.MatchRequest"/>.</summary>
    MatchRequest = 0x07,

    /// <summary><see cref="Gateway.OpenNotice"/>.</summary>
    OpenNotice = 0x08,

    /// <summary><see cref="Gateway.ConfirmRelay"/>.</summary>
    ConfirmRelay = 0x09,

    /// <summary><see cref="Gateway.SubmitUnits"/>.</summary>
    SubmitUnits = 0x0A,

    /// <summary><see cref="Gateway.CloseRelay"/>.</summary>
    CloseRelay = 0x0B,

    /// <summary><see cref="Gateway.ChannelViewRequest"/>.</summary>
    ChannelViewRequest = 0x0C,

    /// <summary><see cref="Gateway.DeclineRelay"/>.</summary>
    DeclineRelay = 0x0D,

    /// <summary><see cref="Gateway.StartCloseRelay"/>.</summary>
    StartCloseRelay = 0x0E,

    /// <summary><see cref="Gateway.AcceptanceRequest"/>.</summary>
    AcceptanceRequest = 0x0F,

    /// <summary><see cref="Gateway.AcceptanceAnswer"/>.</summary>
    AcceptanceAnswer = 0x10,

    /// <summary><see cref="Gateway.PublishStatement"/>.</summary>
    PublishStatement = 0x20,

    /// <summary><see cref="Gateway.StatementsRequest"/>.</summary>
    StatementsRequest = 0x21,

    /// <summary><see cref="Gateway.RouteRequest"/>.</summary>
    RouteRequest = 0x30,

    /// <summary><see cref="Gateway.PoolAttach"/>.</summary>
    PoolAttach = 0x31,

    /// <summary><see cref="Gateway.RouteReport"/>.</summary>
    RouteReport = 0x32,

    /// <summary><see cref="Gateway.ClosureRequest"/>.</summary>
    ClosureRequest = 0x33,

    /// <summary><see cref="Gateway.Challenge"/>.</summary>
    Challenge = 0x81,

    /// <summary><see cref="Gateway.Welcome"/>.</summary>
    Welcome = 0x82,

    /// <summary><see cref="Gateway.Accepted"/>.</summary>
    Accepted = 0x83,

    /// <summary><see cref="Gateway.Refused"/>.</summary>
    Refused = 0x84,

    /// <summary><see cref="Gateway.MatchResult"/>.</summary>
    MatchResult = 0x85,

    /// <summary><see cref="Gateway.UnitsAck"/>.</summary>
    UnitsAck = 0x86,

    /// <summary><see cref="Gateway.ChannelViewReply"/>.</summary>
    ChannelViewReply = 0x87,

    /// <summary><see cref="Gateway.CloseTaken"/>.</summary>
    CloseTaken = 0x88,

    /// <summary><see cref="Gateway.AcceptanceReply"/>.</summary>
    AcceptanceReply = 0x89,

    /// <summary><see cref="Gateway.StatementsReply"/>.</summary>
    StatementsReply = 0xA0,

    /// <summary><see cref="Gateway.RouteGrant"/>.</summary>
    RouteGrant = 0xB0,

    /// <summary><see cref="Gateway.RouteReportAck"/>.</summary>
    RouteReportAck = 0xB1,

    /// <summary><see cref="GatewayError"/>: a reply where it carries a request id, else a push.</summary>
    Error = 0xBF,

    /// <summary><see cref="Gateway.ChannelOpened"/>.</summary>
    ChannelOpened = 0xC1,

    /// <summary><see cref="Gateway.ClosureOffered"/>.</summary>
    ClosureOffered = 0xC2,

    /// <summary><see cref="Gateway.SettlementStatus"/>.</summary>
    SettlementStatus = 0xC3,

    /// <summary><see cref="Gateway.CloseAlert"/>.</summary>
    CloseAlert = 0xC4,

    /// <summary><see cref="Gateway.AcceptanceAsked"/>.</summary>
    AcceptanceAsked = 0xC5,

    /// <summary><see cref="Gateway.MonthAllowance"/>.</summary>
    MonthAllowance = 0xC6,

    /// <summary><see cref="Gateway.CloseAsked"/>.</summary>
    CloseAsked = 0xC7,

    /// <summary><see cref="Gateway.StatementsPublished"/>.</summary>
    StatementsPublished = 0xE0,

    /// <summary><see cref="Gateway.ProxyUnit"/>.</summary>
    ProxyUnit = 0xF0,

    /// <summary><see cref="Gateway.RouteCredits"/>.</summary>
    RouteCredits = 0xF1,

    /// <summary><see cref="Gateway.RoutesEnded"/>.</summary>
    RoutesEnded = 0xF2,

    /// <summary><see cref="Gateway.RouteEnded"/>.</summary>
    RouteEnded = 0xF3,
}
