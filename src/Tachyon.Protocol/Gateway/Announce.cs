namespace Tachyon.Protocol.Gateway;

/// <summary>
/// The edge sells: it is matched to consumers from now on, for as long as it is heard from. Announcing again replaces the
/// offer and ends a <see cref="Drain"/>. Answered by <see cref="Accepted"/> or <see cref="Refused"/>.
/// </summary>
/// <param name="Offer">What it sells.</param>
public sealed record Announce(ProviderOffer Offer) : GatewayRequest<Accepted>
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.Announce;

    internal override void WriteBody(GatewayWriter writer) => Offer.Write(writer);

    internal static Announce? Read(ref GatewayReader reader)
    {
        var offer = ProviderOffer.Read(ref reader);
        return reader.Failed ? null : new Announce(offer!);
    }
}
