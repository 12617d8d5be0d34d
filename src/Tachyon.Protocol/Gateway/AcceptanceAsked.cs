using Tachyon.Protocol.Channels;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// To a provider: a consumer wants to open on these terms straight to active, and the silo has promised a slot for it. The
/// provider decides by its own limits and answers with <see cref="AcceptanceAnswer"/>.
/// </summary>
/// <param name="Terms">The terms.</param>
/// <param name="ExpirySeconds">The last second, in Unix time, for which to sign: the slot is promised until then.</param>
public sealed record AcceptanceAsked(Terms Terms, ulong ExpirySeconds) : GatewayPush
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.AcceptanceAsked;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.Terms(Terms);
        writer.U64(ExpirySeconds);
    }

    internal static AcceptanceAsked? Read(ref GatewayReader reader)
    {
        var terms = reader.Terms();
        var expirySeconds = reader.U64();
        return reader.Failed ? null : new AcceptanceAsked(terms!, expirySeconds);
    }
}
