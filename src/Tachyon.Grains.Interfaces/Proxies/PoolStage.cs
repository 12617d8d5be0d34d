namespace Tachyon.Grains;

/// <summary>How far a proxy's channel to an exit has come. The numbers are stored.</summary>
/// <remarks>
/// <code>
/// None ──▶ Planned ──▶ Opening ──▶ Active ──▶ Ended ──▶ Planned (the next one)
///                         └───── refused or not confirmed ──▶ Ended
/// </code>
/// </remarks>
[GenerateSerializer, Alias("tachyon.PoolStage")]
public enum PoolStage
{
    /// <summary>There was none yet.</summary>
    None = 0,

    /// <summary>It is being opened.</summary>
    Opening = 1,

    /// <summary>It is active at finality, and the proxy signs on it.</summary>
    Active = 2,

    /// <summary>It closes or is over; nothing more is signed on it.</summary>
    Ended = 3,

    /// <summary>Its terms are fixed and nothing was sent: it is opened when the first lock that pays for it is used.</summary>
    Planned = 4,
}
