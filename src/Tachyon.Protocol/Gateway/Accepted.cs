namespace Tachyon.Protocol.Gateway;

/// <summary>The request was carried out, and what it asked to keep is durable.</summary>
public sealed record Accepted : GatewayReply
{
    /// <summary>The only value: the message has no fields.</summary>
    public static Accepted Instance { get; } = new();

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.Accepted;

    internal override void WriteBody(GatewayWriter writer)
    {
    }

    internal static Accepted Read(ref GatewayReader _) => Instance;
}
