using System.Reflection;

namespace Tachyon.Testing;

/// <summary>What <see cref="Between"/> makes; the runtime derives from it.</summary>
public class BetweenProxy<T> : DispatchProxy
    where T : class
{
    internal T Inner { get; set; } = null!;

    internal Func<MethodInfo, object?[], Func<object?>, object?> Call { get; set; } = null!;

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Call(
        targetMethod!, args ?? [], () => targetMethod!.Invoke(Inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null));
}
