using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Verification;

/// <summary>Re-checks one side's units: form, signature, monotony, the chain of evidence and the crossing rules (protocol, Units).</summary>
internal sealed class UnitCheck
{
    private readonly ReadRecord _record;
    private readonly string _name;
    private readonly Address _signer;
    private readonly bool _ofProvider;
    private readonly SignatureVerifier _verifier;
    private readonly ulong _capacityBytes;
    private readonly Dictionary<Bytes32, SignedUnit> _others;
    private SignedUnit? _before;
    private SignedUnit? _disputed;

    public UnitCheck(ReadRecord record, bool ofProvider, ulong capacityBytes, SignatureVerifier verifier)
    {
        _record = record;
        _ofProvider = ofProvider;
        _name = ofProvider ? "providerUnits" : "consumerUnits";
        _signer = ofProvider ? record.Terms.Provider : record.Terms.Consumer;
        _verifier = verifier;
        _capacityBytes = capacityBytes;
        _others = (ofProvider ? record.ConsumerUnits : record.ProviderUnits)
            .DistinctBy(unit => unit.Unit)
            .ToDictionary(unit => unit.Unit.StructHash());
    }

    // On a lock the proxy answers with the lower of what exits counted and what was signed, and checkpoints ask for no counter unit.
    private bool IsLock => _record.Terms.Kind == ChannelKind.Lock;

    /// <summary>The greatest count of a valid unit, in bytes.</summary>
    public ulong GreatestBytes { get; private set; }

    /// <summary>One finding for each unit, in the file's order.</summary>
    public IEnumerable<Finding> Run()
    {
        var units = _ofProvider ? _record.ProviderUnits : _record.ConsumerUnits;
        for (var position = 0; position < units.Count; position++)
        {
            var (level, text) = Judge(units[position]);
            yield return new Finding($"{_name}[{position}]", level, $"unit {units[position].Unit.Index} of {units[position].Unit.BytesUsed} bytes: {text}");
        }
    }

    private (FindingLevel Level, string Text) Judge(SignedUnit signed)
    {
        var unit = signed.Unit;

        // When it was received is not known any more, so its time is not judged.
        var form = UnitRules.CheckForm(unit, _record.Terms, _record.ChannelId, _capacityBytes, ulong.MaxValue);
        if (form != UnitFault.None)
        {
            return Wrong($"{form}");
        }

        var fault = signed.CheckSignature(_verifier, _record.Domain, _signer);
        if (fault != SignatureFault.None)
        {
            return Wrong($"the signature is not {_signer}'s ({fault})");
        }

        // Whatever else is said of it, its signer stands by this number.
        GreatestBytes = Math.Max(GreatestBytes, unit.BytesUsed);
        var before = _before;
        _before = signed;
        if (before is not null && Contradiction.Between(before, signed) is { } contradiction)
        {
            return Wrong($"it contradicts unit {before.Unit.Index} of {before.Unit.BytesUsed} bytes ({contradiction.Kind}): proof against {_signer}");
        }

        if (before is not null && unit.Index < before.Unit.Index)
        {
            return Wrong($"it stands behind unit {before.Unit.Index}; units are listed by index");
        }

        if (_disputed is { } disputed)
        {
            return Wrong($"unit {disputed.Unit.Index} disputes, and a disputing unit is the provider's last");
        }

        return JudgeChain(unit, before?.Unit, signed);
    }

    private (FindingLevel Level, string Text) JudgeChain(UsageUnit unit, UsageUnit? before, SignedUnit signed)
    {
        var named = _others.GetValueOrDefault(unit.CounterUnit);
        if (_ofProvider && !IsLock && named is not null && unit.BytesUsed > named.Unit.BytesUsed)
        {
            _disputed = signed;
            return Right($"it disputes the consumer's {named.Unit.BytesUsed} bytes");
        }

        if (_ofProvider && !IsLock && named is not null && unit.BytesUsed < named.Unit.BytesUsed)
        {
            return Wrong($"it answers a unit of {named.Unit.BytesUsed} bytes with fewer");
        }

        var checkpoint = ByteCounts.CheckpointOf(unit.BytesUsed);
        if (checkpoint <= ByteCounts.CheckpointOf(before?.BytesUsed ?? 0))
        {
            return Right(named is null ? "signed, and above the one before" : $"signed, and names unit {named.Unit.Index} of the other side");
        }

        if (!IsLock && named is null && (!unit.CounterUnit.IsZero || checkpoint > UnitRules.UnansweredCheckpoints))
        {
            return unit.CounterUnit.IsZero
                ? Wrong($"it crosses checkpoint {checkpoint} and names no unit of the other side")
                : (FindingLevel.Unproven, $"it crosses checkpoint {checkpoint}, but the unit that it names is not in this record");
        }

        // An agreement crosses what the unit that it names has crossed.
        var fault = _ofProvider ? UnitFault.None : UnitRules.CheckCrossing(before, unit, IsLock ? unit.BytesUsed : named?.Unit.BytesUsed ?? 0);
        return fault switch
        {
            UnitFault.None => Right($"crosses checkpoint {checkpoint} on the other side's {named?.Unit.BytesUsed ?? 0} bytes"),
            UnitFault.CrossesTwoCheckpoints => Wrong($"it crosses from {before?.BytesUsed ?? 0} bytes over two checkpoints at once"),
            _ => Wrong($"it crosses checkpoint {checkpoint} on a unit of only {named?.Unit.BytesUsed ?? 0} bytes"),
        };
    }

    private static (FindingLevel, string) Right(string text) => (FindingLevel.Right, text);

    private static (FindingLevel, string) Wrong(string text) => (FindingLevel.Wrong, text);
}
