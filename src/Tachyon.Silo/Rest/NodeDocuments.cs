using Tachyon.Protocol.EvidenceFiles;
using Tachyon.Silo.Health;

namespace Tachyon.Silo.Rest;

/// <summary>This silo.</summary>
/// <param name="Version">The program's version.</param>
/// <param name="Silo">Its address within the cluster.</param>
/// <param name="UptimeSeconds">Since the process started.</param>
/// <param name="Readiness">Whether it can work, and why not.</param>
/// <param name="Connections">WebSockets open on this gateway.</param>
/// <param name="Edges">Edges that proved their keys.</param>
/// <param name="MemoryBytes">The process' working set.</param>
/// <param name="Account">Who pays for transactions.</param>
/// <param name="Domain">The chain and the contract.</param>
/// <param name="Storage">sqlite or redis.</param>
/// <param name="Cluster">localhost or redis.</param>
internal sealed record NodeDocument(
    string Version,
    string Silo,
    long UptimeSeconds,
    ReadyDocument Readiness,
    int Connections,
    int Edges,
    long MemoryBytes,
    string Account,
    DomainExport Domain,
    string Storage,
    string Cluster);

/// <summary>The silos of a cluster.</summary>
internal sealed record ClusterDocument(string ClusterId, IReadOnlyList<SiloDocument> Silos);

/// <summary>One silo of a cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Silo">Its address within the cluster.</param>
/// <param name="Status">active, joining, shuttingdown, stopping, dead.</param>
/// <param name="IsThis">Whether it is the one that answers.</param>
internal sealed record SiloDocument(string Name, string Silo, string Status, bool IsThis);
