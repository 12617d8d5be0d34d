using StandIns.Redis;

namespace StackExchange.Redis;

/// <summary>Settings of a connection; cannot be made here.</summary>
public sealed class ConfigurationOptions
{
    /// <exception cref="PlatformNotSupportedException">Always.</exception>
    public ConfigurationOptions() => throw NotHere.Refusal();

    public bool AbortOnConnectFail { get; set; }

    public bool AllowAdmin { get; set; }

    public string? ClientName { get; set; }

    public string? ServiceName { get; set; }

    public static ConfigurationOptions Parse(string configuration) => new();

    public ConfigurationOptions Clone() => this;

    public string ToString(bool includePassword) => "";
}

public interface IConnectionMultiplexer : IDisposable, IAsyncDisposable
{
    IServer[] GetServers();
}

public interface IServer
{
    bool IsConnected { get; }

    bool IsReplica { get; }

    ServerType ServerType { get; }

    Task<KeyValuePair<string, string>[]> ConfigGetAsync(RedisValue pattern = default, CommandFlags flags = CommandFlags.None);
}

/// <summary>Never made.</summary>
public abstract class ConnectionMultiplexer : IConnectionMultiplexer
{
    public static Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions configuration, TextWriter? log = null) => throw NotHere.Refusal();

    public abstract IServer[] GetServers();

    public abstract IDatabase GetDatabase(int db = -1, object? asyncState = null);

    public abstract void Dispose();

    public abstract ValueTask DisposeAsync();
}

public interface IDatabase
{
    Task<RedisResult> ExecuteAsync(string command, params object[] args);

    Task<RedisValue> HashGetAsync(RedisKey key, RedisValue hashField, CommandFlags flags = CommandFlags.None);
}

/// <summary>Never made.</summary>
public abstract class RedisResult
{
    public static explicit operator string?(RedisResult? result) => throw NotHere.Refusal();

    public static explicit operator RedisResult[]?(RedisResult? result) => throw NotHere.Refusal();
}

public readonly struct RedisKey
{
    public static implicit operator RedisKey(string? key) => default;
}

public readonly struct RedisValue : IEquatable<RedisValue>
{
    public bool HasValue => false;

    public static implicit operator byte[]?(RedisValue value) => null;

    public static implicit operator RedisValue(string? value) => default;

    public static bool operator ==(RedisValue left, RedisValue right) => left.Equals(right);

    public static bool operator !=(RedisValue left, RedisValue right) => !left.Equals(right);

    public bool Equals(RedisValue other) => true;

    public override bool Equals(object? obj) => obj is RedisValue;

    public override int GetHashCode() => 0;
}

public enum ServerType
{
    Standalone,
    Sentinel,
    Cluster,
    Twemproxy,
    Envoyproxy,
}

[Flags]
public enum CommandFlags
{
    None = 0,
}

public class RedisException(string message) : Exception(message);
