using System.Net;

namespace Tachyon.EdgeTunnel.Socks;

/// <summary>How the local SOCKS 5 proxy is offered.</summary>
internal sealed record SocksOptions
{
    /// <summary>Where it listens; port 0 lets the system choose.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 1080);

    /// <summary>What clients must present, or null to let every local client in.</summary>
    public SocksCredentials? Credentials { get; init; }

    /// <summary>How long a client may take to say what it wants.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the exit may take to connect.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most clients that may be negotiating at once.</summary>
    public int MaxNegotiating { get; init; } = 512;
}

/// <summary>User and password of the local proxy.</summary>
internal sealed record SocksCredentials(string User, string Password);
