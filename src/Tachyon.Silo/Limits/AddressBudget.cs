using Tachyon.Silo.Configuration;

namespace Tachyon.Silo.Limits;

/// <summary>What one remote address has and may ask. Thread-safe.</summary>
internal sealed class AddressBudget(GatewayOptions options, TimeProvider time)
{
    private const int UnknownChannelShare = 10;

    private readonly AddressLimitOptions _limits = options.PerAddress;
    private readonly Lock _counting = new();
    private int _connections;
    private int _strangers;

    /// <summary>Attempts to connect and prove a key: one each.</summary>
    public RequestBudget Attempts { get; } = new(options.PerAddress.AuthenticationBurst, options.PerAddress.AuthenticationsPerSecond, time);

    /// <summary>Messages of all its connections.</summary>
    public RequestBudget Messages { get; } = new(options.PerAddress.MessageBurst, options.PerAddress.MessagesPerSecond, time);

    /// <summary>REST requests.</summary>
    public RequestBudget Rest { get; } = new(options.PerAddress.RestBurst, options.PerAddress.RestRequestsPerSecond, time);

    /// <summary>Channels named that are unknown here.</summary>
    public RequestBudget UnknownChannels { get; } = new(
        options.UnknownChannelBurst * UnknownChannelShare, options.UnknownChannelsPerSecond * UnknownChannelShare, time);

    public bool IsIdle =>
        Volatile.Read(ref _connections) == 0 && Attempts.IsWhole && Messages.IsWhole && Rest.IsWhole && UnknownChannels.IsWhole;

    /// <summary>Counts a connection that has not proved a key. False, and nothing counted, when there are too many.</summary>
    public bool TryConnect()
    {
        lock (_counting)
        {
            if (_connections >= _limits.Connections || _strangers >= _limits.Strangers)
            {
                return false;
            }

            _connections++;
            _strangers++;
            return true;
        }
    }

    /// <summary>One of its connections proved a key.</summary>
    public void Identify()
    {
        lock (_counting)
        {
            _strangers--;
        }
    }

    /// <summary>One of its connections ended.</summary>
    public void Disconnect(bool wasStranger)
    {
        lock (_counting)
        {
            _connections--;
            _strangers -= wasStranger ? 1 : 0;
        }
    }
}
