using Tachyon.EdgeTunnel.Exit;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>Connects a provider's streams to their targets.</summary>
internal interface IExitConnector
{
    /// <summary>Connects to a target, or says why not. Does not throw for what a target or a consumer can cause.</summary>
    ValueTask<ExitConnection> ConnectAsync(TargetAddress target, CancellationToken cancellationToken);

    /// <summary>Opens what sends and receives a stream's UDP datagrams (<see cref="UdpMessage"/>), or says why not. Does not throw either.</summary>
    ExitConnection OpenUdp();
}

/// <summary>What connects one session's streams; disposed of when the session has ended.</summary>
internal interface IExitSession : IExitConnector, IDisposable
{
    /// <summary>How fast the session's channel may move bytes, for what does not go through the exit's connections; null for any speed.</summary>
    RateLimit? Rate => null;
}

/// <summary>A provider's exit.</summary>
internal interface IExit
{
    /// <summary>Opens the exit of a session.</summary>
    IExitSession OpenSession();
}

/// <summary>An exit's connection to a target.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Endpoint">The connection; null unless the outcome is <see cref="OpenOutcome.Connected"/>.</param>
internal readonly record struct ExitConnection(OpenOutcome Outcome, IStreamEndpoint? Endpoint)
{
    public static ExitConnection Failed(OpenOutcome outcome) => new(outcome, null);
}
