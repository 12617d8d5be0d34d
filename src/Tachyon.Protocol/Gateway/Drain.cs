namespace Tachyon.Protocol.Gateway;

/// <summary>
/// The provider prepares to leave: it keeps its offer and its channels, but takes no new ones until it announces again.
/// Answered by <see cref="Accepted"/>.
/// </summary>
public sealed record Drain : GatewayRequest<Accepted>
{
    /// <summary>The only value: the message has no fields.</summary>
    public static Drain Instance { get; } = new();

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.Drain;

    internal override void WriteBody(GatewayWriter writer)
    {
    }

    internal static Drain Read(ref GatewayReader _) => Instance;
}
