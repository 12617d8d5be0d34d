namespace Tachyon.Protocol.Gateway;

/// <summary>
/// To a provider with a monthly cap: what it may still serve in this calendar month, by the units that the silo knows. Told
/// when it announces and when it has changed. The provider goes by this or by its own count, whichever is less.
/// </summary>
/// <param name="BytesLeft">Over all its channels.</param>
/// <param name="UntilSeconds">When the month ends (UTC), Unix seconds, exclusive.</param>
public sealed record MonthAllowance(ulong BytesLeft, ulong UntilSeconds) : GatewayPush
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.MonthAllowance;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.U64(BytesLeft);
        writer.U64(UntilSeconds);
    }

    internal static MonthAllowance? Read(ref GatewayReader reader)
    {
        var bytesLeft = reader.U64();
        var untilSeconds = reader.U64();
        return reader.Failed ? null : new MonthAllowance(bytesLeft, untilSeconds);
    }
}
