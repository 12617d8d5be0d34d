namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// Where a channel's own count stands at every moment, also between two records: it outlives a killed process, though not a
/// machine that loses its power. Its owner serialises.
/// </summary>
internal interface ICountMark
{
    /// <summary>The count in bytes. Setting it costs no more than a store to memory.</summary>
    ulong CountBytes { get; set; }

    /// <summary>Whether it was taken before the machine was started: the count may be older than where it stood.</summary>
    bool IsOutdated { get; }

    /// <summary>The count is durable in the journal: the mark can serve another channel.</summary>
    void Release();
}
