using System.Text.Json;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.EvidenceFiles;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Verification;

/// <summary>A record that cannot be read or written, or is none.</summary>
internal sealed class RecordFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A closure with whoever is said to have signed it.</summary>
internal sealed record NamedClosure(Address Signer, SignedClosure Closure);

/// <summary>A record as read: of the right shape, its content not judged yet.</summary>
internal sealed record ReadRecord(
    ChannelExport Export,
    Eip712Domain Domain,
    ChannelId ChannelId,
    Terms Terms,
    IReadOnlyList<SignedUnit> ConsumerUnits,
    IReadOnlyList<SignedUnit> ProviderUnits,
    IReadOnlyList<NamedClosure> Closures);

/// <summary>Reads and writes the files of <see cref="ChannelExport"/>.</summary>
internal static class RecordFile
{
    // Four units for each 5 MB of a channel: a record of this size stands for hundreds of terabytes.
    private const long LargestFileBytes = 1_000_000_000;

    /// <exception cref="RecordFileException">It cannot be written.</exception>
    public static async Task WriteAsync(string path, ChannelExport record, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(path, JsonSerializer.Serialize(record, VerificationJson.Default.ChannelExport) + "\n", cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RecordFileException($"the record cannot be written to {path}: {fault.Message}", fault);
        }
    }

    /// <exception cref="RecordFileException">It cannot be read, is no record, or is of another version.</exception>
    public static async Task<ReadRecord> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > LargestFileBytes } large)
            {
                throw new RecordFileException($"{path} has {large.Length} bytes, more than any record");
            }

            return Read(path, await File.ReadAllBytesAsync(path, cancellationToken));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RecordFileException($"{path} cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Reads a record from its bytes; <paramref name="name"/> is for messages.</summary>
    /// <exception cref="RecordFileException">It is no record, or is of another version.</exception>
    public static ReadRecord Read(string name, ReadOnlySpan<byte> json)
    {
        try
        {
            RequireVersion(name, json);
            var export = JsonSerializer.Deserialize(json, VerificationJson.Default.ChannelExport)
                ?? throw new RecordFileException($"{name} holds no record");
            return Read(name, export);
        }
        catch (JsonException fault)
        {
            throw new RecordFileException($"{name} is no channel record: {fault.Message}", fault);
        }
    }

    private static void RequireVersion(string name, ReadOnlySpan<byte> json)
    {
        // Before anything else: what another version calls its fields is not known here.
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("version", out var version)
            || version.ValueKind != JsonValueKind.Number
            || !version.TryGetInt32(out var number))
        {
            throw new RecordFileException($"{name} is no channel record: it names no version");
        }

        if (number != ChannelExport.CurrentVersion)
        {
            throw new RecordFileException(
                $"{name} is a record of version {number}; this program reads version {ChannelExport.CurrentVersion}. A newer tachyon-edge can verify it");
        }
    }

    private static ReadRecord Read(string name, ChannelExport export)
    {
        var terms = new Terms(
            AddressOf(name, "terms.consumer", export.Terms.Consumer),
            AddressOf(name, "terms.provider", export.Terms.Provider),
            export.Terms.CapacityBytes,
            TokenAmount.TryParse(export.Terms.PricePerMB, out var price) && price <= TokenAmount.MaxPrice ? price : throw Bad(name, "terms.pricePerMB", export.Terms.PricePerMB),
            export.Terms.TolerancePpm,
            export.Terms.Kind switch
            {
                "direct" => ChannelKind.Direct,
                "lock" => ChannelKind.Lock,
                var other => throw Bad(name, "terms.kind", other),
            },
            WordOf(name, "terms.salt", export.Terms.Salt));
        var channelId = ChannelId.TryParse(export.ChannelId, out var id) ? id : throw Bad(name, "channelId", export.ChannelId);
        return new ReadRecord(
            export,
            new Eip712Domain(export.Domain.ChainId, AddressOf(name, "domain.verifyingContract", export.Domain.VerifyingContract)),
            channelId,
            terms,
            [.. export.ConsumerUnits.Select((unit, position) => UnitOf(name, $"consumerUnits[{position}]", channelId, terms, unit))],
            [.. export.ProviderUnits.Select((unit, position) => UnitOf(name, $"providerUnits[{position}]", channelId, terms, unit))],
            [.. export.Closures.Select((closure, position) => ClosureOf(name, $"closures[{position}]", channelId, closure))]);
    }

    private static SignedUnit UnitOf(string name, string where, ChannelId channelId, Terms terms, UnitExport? unit) => unit is null ? throw Bad(name, where, "null") : new(
        new UsageUnit(
            channelId, unit.Index, unit.BytesUsed, terms.Consumer, terms.Provider, unit.TimestampMs, WordOf(name, where + ".counterUnit", unit.CounterUnit)),
        SignatureOf(name, where, unit.Signature));

    private static NamedClosure ClosureOf(string name, string where, ChannelId channelId, ClosureExport? closure) => closure is null ? throw Bad(name, where, "null") : new(
        AddressOf(name, where + ".signer", closure.Signer),
        new SignedClosure(new Closure(channelId, closure.BytesUsed, closure.ValidUntilSeconds), SignatureOf(name, where, closure.Signature)));

    private static Address AddressOf(string name, string where, string text) =>
        Address.TryParse(text, out var address) ? address : throw Bad(name, where, text);

    private static Bytes32 WordOf(string name, string where, string text) =>
        Bytes32.TryParse(text, out var word) ? word : throw Bad(name, where, text);

    private static Signature SignatureOf(string name, string where, string text) =>
        Signature.TryParse(text, out var signature) ? signature : throw Bad(name, where + ".signature", text);

    private static RecordFileException Bad(string name, string where, string text) =>
        new($"{name} is no channel record: \"{text}\" at {where} is not what belongs there");
}
