namespace Tachyon.Protocol.Gateway;

/// <summary>
/// The provider takes no new channels and is not matched, or does so again. It keeps its offer and its channels. Durable
/// at the silo: it lasts across announcements, reconnections and restarts until it is ended by this very message.
/// Answered by <see cref="Accepted"/>.
/// </summary>
/// <param name="Draining">Whether it begins or ends.</param>
public sealed record Drain(bool Draining) : GatewayRequest<Accepted>
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.Drain;

    internal override void WriteBody(GatewayWriter writer) => writer.Flag(Draining);

    internal static Drain Read(ref GatewayReader reader) => new(reader.Flag());
}
