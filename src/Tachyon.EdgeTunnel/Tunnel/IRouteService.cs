using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>The routes that an exit serves, as its tunnel needs to know them (protocol, Routes).</summary>
/// <remarks>Thread-safe; none of the calls waits.</remarks>
internal interface IRouteService
{
    /// <summary>Who may use a route: the address of its key. Null for a tag that no proxy has named, or that is over.</summary>
    Address? FindKey(Bytes32 tag);

    /// <summary>What meters a session of the route; null where it ended meanwhile. One session at a time may use it.</summary>
    IUnitEngine? FindEngine(Bytes32 tag);
}
