using System.Text.Json;
using System.Text.Json.Serialization;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>A node that this one has nothing to do with.</summary>
internal sealed record BlacklistEntry
{
    public required string Address { get; init; }

    /// <summary>For its owner; null where none was given.</summary>
    public string? Reason { get; init; }

    public required long AddedAtMs { get; init; }

    /// <summary>The reason that is published, as the protocol numbers it; 0 where none was given, which is published as other.</summary>
    public byte Code { get; init; }

    /// <summary>Whether the entry stays on this machine.</summary>
    public bool Local { get; init; }
}

/// <summary>The file of a blacklist, and what <c>blacklist list --json</c> prints.</summary>
internal sealed record BlacklistDocument
{
    public int Version { get; init; } = 1;

    public IReadOnlyList<BlacklistEntry> Entries { get; init; } = [];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(BlacklistDocument))]
internal sealed partial class BlacklistJson : JsonSerializerContext;

/// <summary>
/// The nodes that this one never matches, connects to, confirms or serves. A file in the data directory, so that it can be
/// changed whether the node runs or not; a running node sees a change at once.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Blacklist(DataDirectory directory)
{
    private readonly Lock _lock = new();
    private (DateTime WrittenAt, long Length) _read;
    private HashSet<Address> _addresses = [];

    private string FilePath => Path.Combine(directory.Path, "blacklist.json");

    /// <summary>Whether a node is on the list now. A list that cannot be read any more stays in force as it was last read.</summary>
    public bool Contains(Address address)
    {
        lock (_lock)
        {
            try
            {
                var file = new FileInfo(FilePath);
                var stamp = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
                if (stamp != _read)
                {
                    _addresses = [.. Load().Entries.Select(entry => Address.Parse(entry.Address))];
                    _read = stamp;
                }
            }
            catch (DataDirectoryException)
            {
                // Half written, or broken by hand: whoever changed it finds out with the next command.
            }

            return _addresses.Contains(address);
        }
    }

    /// <exception cref="DataDirectoryException">The file cannot be read or is no blacklist.</exception>
    public BlacklistDocument Load()
    {
        try
        {
            if (!File.Exists(FilePath))
            {
                return new BlacklistDocument();
            }

            var document = JsonSerializer.Deserialize(File.ReadAllBytes(FilePath), BlacklistJson.Default.BlacklistDocument);
            return document is { Version: 1 } && document.Entries.All(IsEntry)
                ? document
                : throw new DataDirectoryException(directory.Path, $"{FilePath} is no blacklist of version 1");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new DataDirectoryException(directory.Path, $"the blacklist {FilePath} cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Whom the list's owner wants others to know of, with the reason that is published.</summary>
    /// <exception cref="DataDirectoryException">The file cannot be read or is no blacklist.</exception>
    public IReadOnlyDictionary<Address, byte> Published()
    {
        var published = new Dictionary<Address, byte>();
        foreach (var entry in Load().Entries.Where(entry => !entry.Local))
        {
            published[Address.Parse(entry.Address)] = entry.Code == 0 ? (byte)BlacklistingReason.Other : entry.Code;
        }

        return published;
    }

    /// <summary>Adds a node, or gives the reason anew. False when it was on the list.</summary>
    /// <exception cref="DataDirectoryException">The file cannot be read or written.</exception>
    public bool Add(Address address, string? reason, DateTimeOffset now, BlacklistingReason code = BlacklistingReason.Other, bool isLocal = false)
    {
        var before = Load().Entries;
        var others = Without(before, address);
        Save(
        [
            .. others,
            new BlacklistEntry
            {
                Address = address.ToString(), Reason = reason, AddedAtMs = now.ToUnixTimeMilliseconds(), Code = (byte)code, Local = isLocal,
            },
        ]);
        return others.Count == before.Count;
    }

    /// <summary>Takes a node off. False when it was not on the list.</summary>
    /// <exception cref="DataDirectoryException">The file cannot be read or written.</exception>
    public bool Remove(Address address)
    {
        var before = Load().Entries;
        var others = Without(before, address);
        Save(others);
        return others.Count < before.Count;
    }

    private static bool IsEntry(BlacklistEntry? entry) =>
        entry is not null && Enum.IsDefined((BlacklistingReason)entry.Code) && Address.TryParse(entry.Address, out _);

    private static List<BlacklistEntry> Without(IReadOnlyList<BlacklistEntry> entries, Address address) =>
        [.. entries.Where(entry => Address.Parse(entry.Address) != address)];

    // In one step: a node that reads meanwhile sees the old list or the new one.
    private void Save(IReadOnlyList<BlacklistEntry> entries)
    {
        directory.Create();
        try
        {
            var draft = FilePath + ".new";
            File.WriteAllText(draft, JsonSerializer.Serialize(new BlacklistDocument { Entries = entries }, BlacklistJson.Default.BlacklistDocument) + "\n");
            File.Move(draft, FilePath, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException(directory.Path, $"the blacklist {FilePath} cannot be written: {fault.Message}", fault);
        }
    }
}
