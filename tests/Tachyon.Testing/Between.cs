using System.Reflection;

namespace Tachyon.Testing;

/// <summary>Stands between a caller and an object behind an interface: a test may do something first, or answer itself.</summary>
public static class Between
{
    /// <param name="inner">What is called in the end.</param>
    /// <param name="call">Gets the method, its arguments and the call itself; gives what the caller gets.</param>
    public static T Of<T>(T inner, Func<MethodInfo, object?[], Func<object?>, object?> call)
        where T : class
    {
        var made = DispatchProxy.Create<T, BetweenProxy<T>>();
        var proxy = (BetweenProxy<T>)(object)made;
        (proxy.Inner, proxy.Call) = (inner, call);
        return made;
    }
}
