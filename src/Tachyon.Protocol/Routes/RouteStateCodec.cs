using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Routes;

/// <summary>What a proxy stores of a lock and of a pool's chain of evidence, as bytes: version 1, side, fields.</summary>
public static class RouteStateCodec
{
    /// <summary>The most pools that one lock can have been served through.</summary>
    public const int MaxShares = 1_024;

    private const byte LockSide = 3;
    private const byte PoolSide = 4;

    /// <summary>A lock's state as bytes.</summary>
    public static byte[] Encode(LockState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        LedgerWriter writer = LedgerStateCodec.Begin(LockSide, state.Chain);
        writer.Write(state.IsEnding);
        writer.Write((ulong)state.Shares.Count);
        foreach (LockShare share in state.Shares)
        {
            writer.Write(share.Pool.Value);
            writer.Write(share.PromisedBytes);
            writer.Write(share.CountedBytes);
        }

        return writer.ToArray();
    }

    /// <summary>The chain of evidence of a pool as bytes; its shares are stored apart.</summary>
    public static byte[] Encode(ChainState poolChain)
    {
        ArgumentNullException.ThrowIfNull(poolChain);
        return LedgerStateCodec.Begin(PoolSide, poolChain).ToArray();
    }

    /// <summary>The lock's state that was encoded.</summary>
    /// <exception cref="LedgerFormatException">The bytes are damaged, of another side, or of an unknown version.</exception>
    public static LockState DecodeLock(ReadOnlySpan<byte> bytes)
    {
        var reader = new LedgerReader(bytes);
        ChainState chain = LedgerStateCodec.ReadChain(ref reader, LockSide);
        bool isEnding = reader.ReadBoolean();
        ulong count = reader.ReadUInt64();
        if (count > MaxShares)
        {
            throw new LedgerFormatException($"The lock's state lists {count} pools, more than {MaxShares}.");
        }

        var shares = new LockShare[count];
        for (int i = 0; i < shares.Length; i++)
        {
            shares[i] = new LockShare(new ChannelId(reader.ReadBytes32()), reader.ReadUInt64(), reader.ReadUInt64());
        }

        reader.End();
        return new LockState(chain, isEnding, shares);
    }

    /// <summary>The pool's chain of evidence that was encoded.</summary>
    /// <exception cref="LedgerFormatException">The bytes are damaged, of another side, or of an unknown version.</exception>
    public static ChainState DecodePool(ReadOnlySpan<byte> bytes)
    {
        var reader = new LedgerReader(bytes);
        ChainState chain = LedgerStateCodec.ReadChain(ref reader, PoolSide);
        reader.End();
        return chain;
    }
}
