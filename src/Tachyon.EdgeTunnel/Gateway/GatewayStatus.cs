namespace Tachyon.EdgeTunnel.Gateway;

/// <summary>What the client is doing about its gateway.</summary>
internal enum GatewayPhase
{
    /// <summary>Not started, or disposed.</summary>
    Stopped = 0,

    /// <summary>Connecting, or proving the key.</summary>
    Connecting = 1,

    /// <summary>Authenticated; requests are answered.</summary>
    Connected = 2,

    /// <summary>The last attempt or connection ended; the next attempt is at <see cref="GatewayStatus.NextAttempt"/>.</summary>
    Waiting = 3,
}

/// <summary>Why the last attempt or connection ended.</summary>
internal enum GatewayFault
{
    /// <summary>It did not.</summary>
    None = 0,

    /// <summary>Nobody answers at the URL: the silo is not there (yet), or the URL is wrong.</summary>
    Unreachable = 1,

    /// <summary>The gateway took too long to answer.</summary>
    TimedOut = 2,

    /// <summary>The gateway ended the connection, or the network did.</summary>
    Disconnected = 3,

    /// <summary>What answered does not speak this protocol, or another version of it.</summary>
    NotThisProtocol = 4,

    /// <summary>The gateway settles on another chain or contract.</summary>
    WrongDomain = 5,

    /// <summary>The gateway did not accept the edge's proof of its key.</summary>
    NotAuthenticated = 6,

    /// <summary>Another connection with the same key took this one's place.</summary>
    Superseded = 7,

    /// <summary>The gateway refused the connection for another reason; the text says which.</summary>
    Rejected = 8,
}

/// <summary>The state of the connection to the gateway, for status views and logs.</summary>
/// <param name="Phase">What the client is doing.</param>
/// <param name="Fault">Why the last attempt or connection ended; none while connected.</param>
/// <param name="Text">The same for a person; empty while connected.</param>
/// <param name="FailedAttempts">Attempts in a row that failed.</param>
/// <param name="NextAttempt">When the client tries again; null unless waiting.</param>
internal sealed record GatewayStatus(GatewayPhase Phase, GatewayFault Fault, string Text, int FailedAttempts, DateTimeOffset? NextAttempt)
{
    /// <summary>Before the start.</summary>
    public static GatewayStatus Stopped { get; } = new(GatewayPhase.Stopped, GatewayFault.None, "", 0, null);
}
