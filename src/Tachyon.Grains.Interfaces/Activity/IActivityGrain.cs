namespace Tachyon.Grains;

/// <summary>
/// What the channels of all silos together have done in the last hour. Memory only: every silo keeps what it has read, so that an
/// hour is known again by all as soon as one of them is asked.
/// </summary>
[Alias("tachyon.IActivityGrain")]
public interface IActivityGrain : IGrainWithIntegerKey
{
    /// <summary>A silo says what its channels have done since its process started, and learns what it does not know yet.</summary>
    /// <param name="activity">The silo's own counts.</param>
    /// <param name="afterMs">The end of the newest sample that the silo has; 0 for none.</param>
    /// <returns>All samples that end later, oldest first, at most <see cref="ActivitySample.MaxKept"/>.</returns>
    [Alias("Report")]
    Task<ActivitySample[]> Report(SiloActivity activity, ulong afterMs);
}
