namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>Keeps one unit engine per channel, over all sessions of the channel in this process.</summary>
internal interface IUnitEngines
{
    /// <summary>The channel's engine for this node's side of it, taken up from the journal when it is first asked for.</summary>
    /// <remarks>One session at a time may use it.</remarks>
    ValueTask<IUnitEngine> GetAsync(TunnelChannel channel, CancellationToken cancellationToken);
}
