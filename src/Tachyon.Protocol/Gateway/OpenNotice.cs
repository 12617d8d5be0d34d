using Tachyon.Protocol.Channels;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// A consumer tells that it opened (or is about to open) a channel, so that the silo looks for it on chain at once.
/// Answered by <see cref="Accepted"/>; the silo acts only on what the chain shows.
/// </summary>
/// <param name="Terms">The terms of the channel; the sender is the consumer.</param>
public sealed record OpenNotice(Terms Terms) : GatewayRequest<Accepted>
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.OpenNotice;

    internal override void WriteBody(GatewayWriter writer) => writer.Terms(Terms);

    internal static OpenNotice? Read(ref GatewayReader reader)
    {
        var terms = reader.Terms();
        return reader.Failed ? null : new OpenNotice(terms!);
    }
}
