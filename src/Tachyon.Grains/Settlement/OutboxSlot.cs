namespace Tachyon.Grains.Settlement;

/// <summary>A place for one operation at a time, with a record and an etag of its own. Immutable.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.OutboxSlot")]
internal sealed record OutboxSlot
{
    /// <summary>Null while nobody has used the slot.</summary>
    [Id(0)]
    public OutboxEntry? Entry { get; init; }
}
