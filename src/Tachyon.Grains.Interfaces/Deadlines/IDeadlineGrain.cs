namespace Tachyon.Grains;

/// <summary>
/// Watches the clock for the channels of one shard: durable, and brought back by any silo that lives, so that deadlines
/// are met after a restart without anyone calling.
/// </summary>
[Alias("tachyon.IDeadlineGrain")]
public interface IDeadlineGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Sets the one time at which the channel wants to be called; replaces an earlier one; null takes it off. Once
    /// the time has come the channel is called, again and again, until it sets another or none.
    /// </summary>
    [Alias("Set")]
    Task Set(ChannelId channel, ulong? dueAtSeconds);

    /// <summary>Sees to it that the shard watches; returns at once. Each silo calls it now and then.</summary>
    [Alias("EnsureRunning")]
    Task EnsureRunning();

    /// <summary>How many channels the shard watches.</summary>
    [Alias("Count")]
    Task<int> Count();
}
