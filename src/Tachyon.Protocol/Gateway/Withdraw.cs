namespace Tachyon.Protocol.Gateway;

/// <summary>The provider takes its offer back: it is matched to nobody until it announces again. Channels go on. Answered by <see cref="Accepted"/>.</summary>
public sealed record Withdraw : GatewayRequest<Accepted>
{
    /// <summary>The only value: the message has no fields.</summary>
    public static Withdraw Instance { get; } = new();

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.Withdraw;

    internal override void WriteBody(GatewayWriter writer)
    {
    }

    internal static Withdraw Read(ref GatewayReader _) => Instance;
}
