using System.Buffers.Binary;
using System.Diagnostics;

namespace Tachyon.SiloLoad;

/// <summary>
/// All units of a load, signed before anything is measured. They depend on the fleet alone, so they are kept in the
/// user's cache directory and signed only once.
/// </summary>
/// <remarks>
/// For each channel and step, the consumer's unit and then the provider's, each as it stands in a gateway message:
/// index 8 | bytesUsed 8 | timestamp 8 | counterUnit 32 | signature 65.
/// </remarks>
internal sealed class UnitBook
{
    /// <summary>What each step adds to a channel's count.</summary>
    public const ulong StepBytes = 1_000;

    public const int UnitLength = 121;

    public const int PairLength = 2 * UnitLength;

    private const int SignatureAt = 56;
    private const ulong FirstTimestampMs = 1_760_000_000_000;

    private readonly byte[][] _channels;

    private UnitBook(byte[][] channels) => _channels = channels;

    /// <summary>The pairs of one channel from one step on.</summary>
    public ReadOnlySpan<byte> Pairs(int channel, int firstStep, int count) =>
        _channels[channel].AsSpan(firstStep * PairLength, count * PairLength);

    /// <summary>Reads the units from the cache, or signs them on all cores and fills it.</summary>
    public static UnitBook Open(Fleet fleet, int steps, Action<string> say)
    {
        var name = Keccak256.Hash([.. fleet.Domain.Separator.ToArray(), .. fleet.Ids.SelectMany(id => id.ToArray())]).ToString();
        var directory = Path.Combine(CacheDirectory(), "tachyon-bench");
        var path = Path.Combine(directory, $"units-{steps}-{name[2..18]}.bin");
        var channelLength = steps * PairLength;
        var channels = new byte[fleet.Ids.Length][];
        if (File.Exists(path) && new FileInfo(path).Length == (long)channelLength * channels.Length)
        {
            using var cached = File.OpenRead(path);
            for (var i = 0; i < channels.Length; i++)
            {
                cached.ReadExactly(channels[i] = new byte[channelLength]);
            }

            return new UnitBook(channels);
        }

        say($"signing {2L * steps * channels.Length:N0} units; later runs find them in {path}");
        var started = Stopwatch.GetTimestamp();

        // A consumer's signer for each channel, because a signer signs one message at a time.
        Parallel.For(0, channels.Length, i => channels[i] = Sign(fleet, i, steps));
        say($"signed in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        Directory.CreateDirectory(directory);
        using (var file = File.Create(path + ".tmp"))
        {
            Array.ForEach(channels, channel => file.Write(channel));
        }

        File.Move(path + ".tmp", path, overwrite: true);
        return new UnitBook(channels);
    }

    private static byte[] Sign(Fleet fleet, int channel, int steps)
    {
        using var consumer = new KeySigner(fleet.ConsumerKey.Span);
        var provider = fleet.ProviderOf(channel);
        var units = new byte[steps * PairLength];
        var providerHash = default(Bytes32);
        for (var step = 0; step < steps; step++)
        {
            var consumerUnit = Unit(providerHash);
            Write(consumerUnit, consumer, units.AsSpan(step * PairLength, UnitLength));
            var providerUnit = Unit(consumerUnit.StructHash());
            Write(providerUnit, provider, units.AsSpan((step * PairLength) + UnitLength, UnitLength));
            providerHash = providerUnit.StructHash();

            UsageUnit Unit(Bytes32 counterUnit) => new(
                fleet.Ids[channel], (ulong)step + 1, ((ulong)step + 1) * StepBytes, fleet.Consumer, provider.Address, FirstTimestampMs + (ulong)step, counterUnit);
        }

        return units;

        void Write(UsageUnit unit, KeySigner signer, Span<byte> destination)
        {
            BinaryPrimitives.WriteUInt64BigEndian(destination, unit.Index);
            BinaryPrimitives.WriteUInt64BigEndian(destination[8..], unit.BytesUsed);
            BinaryPrimitives.WriteUInt64BigEndian(destination[16..], unit.TimestampMs);
            unit.CounterUnit.CopyTo(destination[24..]);
            signer.Sign(unit, fleet.Domain).CopyTo(destination[SignatureAt..]);
        }
    }

    private static string CacheDirectory() => Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } configured
        ? configured
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
}
