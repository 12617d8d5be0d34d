using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// A proxy's newest unit. On a lock, to the consumer: after each of its units that was submitted, also a repeated one, and
/// whenever the exit has counted more. On a pool, to the exit: whenever the sum has grown, and again while it is unanswered.
/// The receiver checks it by its own ledger.
/// </summary>
/// <param name="Unit">The unit: the provider's on a lock, the consumer's on a pool.</param>
/// <param name="IsOfLock">Which of the two.</param>
public sealed record ProxyUnit(SignedUnit Unit, bool IsOfLock) : GatewayPush
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.ProxyUnit;

    internal override int SizeHint => ChannelUnits.MaxLength;

    internal override void WriteBody(GatewayWriter writer) =>
        (IsOfLock ? new ChannelUnits(null, Unit) : new ChannelUnits(Unit, null)).Write(writer);

    internal static ProxyUnit? Read(ref GatewayReader reader)
    {
        var units = ChannelUnits.Read(ref reader);
        if (!reader.Failed && units is { ConsumerUnit: not null, ProviderUnit: not null })
        {
            reader.Fail(GatewayDecodeFault.BadValue);
        }

        return reader.Failed ? null : new ProxyUnit((units!.ProviderUnit ?? units.ConsumerUnit)!, units.ProviderUnit is not null);
    }
}
