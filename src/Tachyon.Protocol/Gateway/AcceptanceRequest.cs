using Tachyon.Protocol.Channels;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// A consumer asks for the provider's acceptance of terms that it is about to open, to open straight to active. The silo
/// promises a slot, asks the provider's edge and answers with <see cref="AcceptanceReply"/>, or <see cref="Refused"/>:
/// then the consumer can still open and wait for the provider's confirm.
/// </summary>
/// <param name="Terms">The terms; the sender is the consumer.</param>
public sealed record AcceptanceRequest(Terms Terms) : GatewayRequest<AcceptanceReply>
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.AcceptanceRequest;

    internal override void WriteBody(GatewayWriter writer) => writer.Terms(Terms);

    internal static AcceptanceRequest? Read(ref GatewayReader reader) =>
        reader.Terms() is { } terms && !reader.Failed ? new AcceptanceRequest(terms) : null;
}
