namespace Tachyon.EdgeTunnel.Exit;

/// <summary>
/// What one channel's session may cost its provider's exit, whatever its consumer does: a peer that opens streams, dials and
/// asks for names without end gets so much and no more.
/// </summary>
internal sealed record ExitLimits
{
    /// <summary>Most bytes a second that a channel moves, both directions together; 0 for no limit.</summary>
    public long RateBytesPerSecond { get; init; }

    /// <summary>Opens that may come at once. Page loads open dozens; a session may hold a thousand streams.</summary>
    public int OpensAtOnce { get; init; } = 4_096;

    /// <summary>Opens a second beyond that, for a channel that moves nothing.</summary>
    public int OpensPerSecond { get; init; } = 64;

    /// <summary>Bytes moved, and so paid for, that earn another open.</summary>
    public int BytesPerOpen { get; init; } = 2_048;

    /// <summary>Connections being attempted at a time; others wait for their turn.</summary>
    public int MaxDialling { get; init; } = 256;

    /// <summary>UDP associations at a time: each holds a port.</summary>
    public int MaxAssociations { get; init; } = 128;

    /// <summary>Names that may be asked for at once; answers are remembered, so this counts what the resolver is asked.</summary>
    public int LookupsAtOnce { get; init; } = 512;

    /// <summary>Names a second beyond that.</summary>
    public int LookupsPerSecond { get; init; } = 32;

    /// <summary>Names being resolved at a time; others wait for their turn. Each holds a thread.</summary>
    public int MaxResolving { get; init; } = 16;

    /// <summary>
    /// After how long without a byte a connection is closed; zero for never. The default is what RFC 5382 asks of address
    /// translators at least.
    /// </summary>
    public TimeSpan IdleStream { get; init; } = TimeSpan.FromSeconds(7_440);
}
