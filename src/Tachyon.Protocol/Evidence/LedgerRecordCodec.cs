namespace Tachyon.Protocol.Evidence;

/// <summary>Ledger records as bytes for a journal: version 1, kind, fields. The kinds are stored and never reused.</summary>
public static class LedgerRecordCodec
{
    private const byte Version = 1;

    private enum Kind : byte
    {
        None = 0,
        ConsumerUnitSigned = 1,
        ProviderUnitTaken = 2,
        ConsumerCountsKept = 3,
        ConsumerUnitAnswered = 4,
        ProviderCountsKept = 5,
        ClosureSigned = 6,
        CapacityRaised = 7,
        ContradictionFound = 8,
        OwnUnitRecalled = 9,
    }

    /// <summary>The record as bytes.</summary>
    public static byte[] Encode(LedgerRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var writer = new LedgerWriter();
        writer.Write(Version);
        switch (record)
        {
            case ConsumerUnitSigned signed:
                writer.Write((byte)Kind.ConsumerUnitSigned);
                writer.Write(signed.Unit);
                writer.Write(signed.Counts);
                break;
            case ProviderUnitTaken taken:
                writer.Write((byte)Kind.ProviderUnitTaken);
                writer.Write(taken.Unit);
                writer.Write(taken.Countersigned);
                writer.Write(taken.Disputed);
                break;
            case ConsumerCountsKept kept:
                writer.Write((byte)Kind.ConsumerCountsKept);
                writer.Write(kept.Counts);
                break;
            case ConsumerUnitAnswered answered:
                writer.Write((byte)Kind.ConsumerUnitAnswered);
                writer.Write(answered.Unit);
                writer.Write(answered.Answer);
                writer.Write(answered.Disputed);
                writer.Write(answered.Counts);
                break;
            case ProviderCountsKept kept:
                writer.Write((byte)Kind.ProviderCountsKept);
                writer.Write(kept.Counts);
                break;
            case ClosureSigned closure:
                writer.Write((byte)Kind.ClosureSigned);
                writer.Write(closure.Closure);
                break;
            case CapacityRaised raised:
                writer.Write((byte)Kind.CapacityRaised);
                writer.Write(raised.CapacityBytes);
                break;
            case ContradictionFound found:
                writer.Write((byte)Kind.ContradictionFound);
                writer.Write(found.Contradiction);
                break;
            case OwnUnitRecalled recalled:
                writer.Write((byte)Kind.OwnUnitRecalled);
                writer.Write(recalled.Unit);
                break;
            default:
                throw new ArgumentException($"No stored form is known for {record.GetType().Name}.", nameof(record));
        }

        return writer.ToArray();
    }

    /// <summary>The record that was encoded.</summary>
    /// <exception cref="LedgerFormatException">The bytes are damaged, or of a version that this build does not know.</exception>
    public static LedgerRecord Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new LedgerReader(bytes);
        byte version = reader.ReadByte();
        if (version != Version)
        {
            throw new LedgerFormatException($"The ledger record has version {version}; this build knows version {Version}.");
        }

        byte kind = reader.ReadByte();
        LedgerRecord record = (Kind)kind switch
        {
            Kind.ConsumerUnitSigned => new ConsumerUnitSigned(reader.ReadUnit(), reader.ReadConsumerCounts()),
            Kind.ProviderUnitTaken => new ProviderUnitTaken(reader.ReadUnit(), reader.ReadBoolean(), reader.ReadBoolean()),
            Kind.ConsumerCountsKept => new ConsumerCountsKept(reader.ReadConsumerCounts()),
            Kind.ConsumerUnitAnswered => new ConsumerUnitAnswered(
                reader.ReadUnit(), reader.ReadUnit(), reader.ReadBoolean(), reader.ReadProviderCounts()),
            Kind.ProviderCountsKept => new ProviderCountsKept(reader.ReadProviderCounts()),
            Kind.ClosureSigned => new ClosureSigned(reader.ReadClosure()),
            Kind.CapacityRaised => new CapacityRaised(reader.ReadUInt64()),
            Kind.ContradictionFound => new ContradictionFound(reader.ReadContradiction()),
            Kind.OwnUnitRecalled => new OwnUnitRecalled(reader.ReadUnit()),
            _ => throw new LedgerFormatException($"The ledger record is of unknown kind {kind}."),
        };
        reader.End();
        return record;
    }
}
