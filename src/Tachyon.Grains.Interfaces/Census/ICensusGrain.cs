using Orleans.Concurrency;

namespace Tachyon.Grains;

/// <summary>
/// What all channels of this operator amount to, counted from their records, pass after pass, without waking any. One for
/// the whole cluster. Memory only: after a fail-over it counts again.
/// </summary>
/// <remarks>It counts only while it is asked: for two minutes after each question.</remarks>
[Alias("tachyon.ICensusGrain")]
public interface ICensusGrain : IGrainWithIntegerKey
{
    /// <summary>The newest finished pass; null before the first is.</summary>
    [AlwaysInterleave]
    [Alias("Latest")]
    Task<CensusView?> Latest();

    /// <summary>The channels that the newest finished pass noted; empty before the first is.</summary>
    [AlwaysInterleave]
    [Alias("Noted")]
    Task<CensusNotes> Noted();
}
