namespace Tachyon.Protocol.Evidence;

/// <summary>Ledger states as bytes, for journals' snapshots and for grains: version 1, side, fields.</summary>
public static class LedgerStateCodec
{
    private const byte Version = 1;
    private const byte ConsumerSide = 1;
    private const byte ProviderSide = 2;

    /// <summary>A consumer's state as bytes.</summary>
    public static byte[] Encode(ConsumerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        LedgerWriter writer = Begin(ConsumerSide, state.Chain);
        writer.Write(state.Counts);
        return writer.ToArray();
    }

    /// <summary>A provider's state as bytes.</summary>
    public static byte[] Encode(ProviderState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        LedgerWriter writer = Begin(ProviderSide, state.Chain);
        writer.Write(state.Counts);
        return writer.ToArray();
    }

    /// <summary>The consumer's state that was encoded.</summary>
    /// <exception cref="LedgerFormatException">The bytes are damaged, of the other side, or of an unknown version.</exception>
    public static ConsumerState DecodeConsumer(ReadOnlySpan<byte> bytes)
    {
        var reader = new LedgerReader(bytes);
        ChainState chain = ReadChain(ref reader, ConsumerSide);
        var state = new ConsumerState(chain, reader.ReadConsumerCounts());
        reader.End();
        return state;
    }

    /// <summary>The provider's state that was encoded.</summary>
    /// <exception cref="LedgerFormatException">The bytes are damaged, of the other side, or of an unknown version.</exception>
    public static ProviderState DecodeProvider(ReadOnlySpan<byte> bytes)
    {
        var reader = new LedgerReader(bytes);
        ChainState chain = ReadChain(ref reader, ProviderSide);
        var state = new ProviderState(chain, reader.ReadProviderCounts());
        reader.End();
        return state;
    }

    /// <summary>A writer that holds the version, the side and the chain of evidence.</summary>
    internal static LedgerWriter Begin(byte side, ChainState chain)
    {
        var writer = new LedgerWriter();
        writer.Write(Version);
        writer.Write(side);
        writer.Write(chain.CapacityBytes);
        writer.Write((byte)chain.Phase);
        writer.WriteOptional(chain.Own);
        writer.WriteOptional(chain.Peer);
        writer.Write(chain.CounterUnit);
        writer.Write(chain.CounterUnitBytes);
        writer.Write(chain.AnsweredIndex);
        writer.Write(chain.AnsweredTimestampMs);
        writer.Write(chain.Closure is not null);
        if (chain.Closure is not null)
        {
            writer.Write(chain.Closure);
        }

        writer.Write(chain.Contradiction is not null);
        if (chain.Contradiction is not null)
        {
            writer.Write(chain.Contradiction);
        }

        writer.Write((ulong)chain.Sent.Count);
        foreach (SentUnit sent in chain.Sent)
        {
            writer.Write(sent.Hash);
            writer.Write(sent.Index);
            writer.Write(sent.BytesUsed);
            writer.Write(sent.TimestampMs);
        }

        return writer;
    }

    /// <summary>Reads what <see cref="Begin"/> wrote.</summary>
    internal static ChainState ReadChain(ref LedgerReader reader, byte expectedSide)
    {
        byte version = reader.ReadByte();
        if (version != Version)
        {
            throw new LedgerFormatException($"The ledger state has version {version}; this build knows version {Version}.");
        }

        byte side = reader.ReadByte();
        if (side != expectedSide)
        {
            throw new LedgerFormatException($"The ledger state is of side {side}, expected {expectedSide}.");
        }

        ulong capacityBytes = reader.ReadUInt64();
        var phase = (LedgerPhase)reader.ReadByte();
        if (phase is < LedgerPhase.Serving or > LedgerPhase.Contradicted)
        {
            throw new LedgerFormatException($"The ledger state is of unknown phase {(byte)phase}.");
        }

        return new ChainState(
            capacityBytes,
            phase,
            reader.ReadOptionalUnit(),
            reader.ReadOptionalUnit(),
            reader.ReadBytes32(),
            reader.ReadUInt64(),
            reader.ReadUInt64(),
            reader.ReadUInt64(),
            reader.ReadBoolean() ? reader.ReadClosure() : null,
            reader.ReadBoolean() ? reader.ReadContradiction() : null,
            ReadSent(ref reader));
    }

    private static SentUnit[] ReadSent(ref LedgerReader reader)
    {
        ulong count = reader.ReadUInt64();
        if (count > SentUnits.Capacity)
        {
            throw new LedgerFormatException($"The ledger state lists {count} sent units, more than {SentUnits.Capacity}.");
        }

        var sent = new SentUnit[count];
        for (int i = 0; i < sent.Length; i++)
        {
            sent[i] = new SentUnit(reader.ReadBytes32(), reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64());
        }

        return sent;
    }
}
