namespace Tachyon.Grains.Activity;

/// <summary>What the channels of this silo have done since the process started. Thread-safe; one per silo.</summary>
public sealed class ChannelTally
{
    private readonly Lock _gate = new();
    private double _bytes;
    private double _tokens;

    /// <summary>The sums so far: bytes that consumers newly signed for, and what they are worth in tokens.</summary>
    public (double Bytes, double Tokens) Now
    {
        get
        {
            lock (_gate)
            {
                return (_bytes, _tokens);
            }
        }
    }

    internal void Add(double bytes, double tokens)
    {
        lock (_gate)
        {
            _bytes += bytes;
            _tokens += tokens;
        }
    }
}
