namespace Tachyon.Grains;

/// <summary>
/// Watches the clock for the channels of one shard: durable, with one reminder for all of them, so that deadlines
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

    /// <summary>How many channels the shard watches.</summary>
    [Alias("Count")]
    Task<int> Count();

    /// <summary>When the next channel of this shard is to be called, Unix seconds; null when none waits.</summary>
    [Alias("Next")]
    Task<ulong?> Next();
}
