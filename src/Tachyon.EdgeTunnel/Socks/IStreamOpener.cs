using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Socks;

/// <summary>Opens streams for local clients: a tunnel session, or whatever stands for one while there is none.</summary>
internal interface IStreamOpener
{
    /// <summary>Opens a stream to a target; the caller attaches it to the client's connection.</summary>
    Task<StreamOpening> OpenAsync(TargetAddress target, CancellationToken cancellationToken);

    /// <summary>Opens a stream of UDP datagrams; the caller attaches it to the client's relay.</summary>
    Task<StreamOpening> OpenUdpAsync(CancellationToken cancellationToken);
}
