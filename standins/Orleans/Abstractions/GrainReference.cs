using StandIns.OrleansRuntime;

namespace Orleans.Runtime;

/// <summary>A reference to a grain or observer. References to the same grain are equal, whatever their interfaces.</summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private readonly InterfaceEntry _entry;

    internal GrainReference(RuntimeNode node, GrainId grainId, InterfaceEntry entry)
    {
        Node = node;
        GrainId = grainId;
        _entry = entry;
    }

    public GrainId GrainId { get; }

    public GrainInterfaceType InterfaceType => _entry.Name;

    public virtual string InterfaceName => _entry.Type.Name;

    internal RuntimeNode Node { get; }

    internal Type ReferencedInterface => _entry.Type;

    public virtual TGrainInterface Cast<TGrainInterface>()
        where TGrainInterface : IAddressable => (TGrainInterface)(object)Node.Bind(GrainId, typeof(TGrainInterface));

    public uint GetUniformHashCode() => GrainId.GetUniformHashCode();

    public bool Equals(GrainReference? other) => other is not null && GrainId.Equals(other.GrainId);

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => GrainId.GetHashCode();

    public static bool operator ==(GrainReference? reference1, GrainReference? reference2) =>
        reference1 is null ? reference2 is null : reference1.Equals(reference2);

    public static bool operator !=(GrainReference? reference1, GrainReference? reference2) => !(reference1 == reference2);

    public sealed override string ToString() => $"GrainReference:{GrainId}";

    internal void CallVoid(int index, object?[] arguments) => _ = Node.Call<object?>(this, _entry.Methods[index], arguments);

    internal Task CallTask(int index, object?[] arguments) => Node.Call<object?>(this, _entry.Methods[index], arguments);

    internal ValueTask CallValueTask(int index, object?[] arguments) => new(Node.Call<object?>(this, _entry.Methods[index], arguments));

    internal Task<T> CallTaskOf<T>(int index, object?[] arguments) => Node.Call<T>(this, _entry.Methods[index], arguments);

    internal ValueTask<T> CallValueTaskOf<T>(int index, object?[] arguments) => new(Node.Call<T>(this, _entry.Methods[index], arguments));

    internal IAsyncEnumerable<T> CallStream<T>(int index, object?[] arguments) => new RemoteStream<T>(this, _entry.Methods[index], arguments);
}
