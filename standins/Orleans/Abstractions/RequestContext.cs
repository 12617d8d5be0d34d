namespace Orleans.Runtime;

/// <summary>Values that travel with a call chain, copied at each call.</summary>
public static class RequestContext
{
    internal const string ReentrancyKey = "#CCR";

    private static readonly AsyncLocal<Dictionary<string, object>?> s_values = new();

    public static Guid ReentrancyId
    {
        get => Get(ReentrancyKey) is Guid id ? id : Guid.Empty;
        set
        {
            if (value == Guid.Empty)
            {
                Remove(ReentrancyKey);
            }
            else
            {
                Set(ReentrancyKey, value);
            }
        }
    }

    public static IEnumerable<string> Keys => s_values.Value?.Keys ?? Enumerable.Empty<string>();

    public static IEnumerable<KeyValuePair<string, object>> Entries => s_values.Value ?? Enumerable.Empty<KeyValuePair<string, object>>();

    /// <summary>The dictionary itself; it is never changed once it was set, only replaced.</summary>
    internal static Dictionary<string, object>? Values
    {
        get => s_values.Value;
        set
        {
            if (!ReferenceEquals(s_values.Value, value))
            {
                s_values.Value = value;
            }
        }
    }

    /// <summary>Lets calls further down this chain come back into this grain while it awaits them.</summary>
    public static ReentrancySection AllowCallChainReentrancy()
    {
        Guid original = ReentrancyId;
        return new ReentrancySection(original, original == Guid.Empty ? Guid.NewGuid() : original);
    }

    public static ReentrancySection SuppressCallChainReentrancy() => new(ReentrancyId, Guid.Empty);

    public static object? Get(string key) => s_values.Value is { } values && values.TryGetValue(key, out object? result) ? result : null;

    public static void Set(string key, object value)
    {
        Dictionary<string, object> values = s_values.Value is { } old ? new(old) : new(1);
        values[key] = value;
        s_values.Value = values;
    }

    public static bool Remove(string key)
    {
        if (s_values.Value is not { } old || !old.ContainsKey(key))
        {
            return false;
        }

        Dictionary<string, object> values = new(old);
        values.Remove(key);
        s_values.Value = values.Count == 0 ? null : values;
        return true;
    }

    public static void Clear() => Values = null;

    public readonly struct ReentrancySection : IDisposable
    {
        private readonly Guid _originalReentrancyId;
        private readonly Guid _newReentrancyId;

        public ReentrancySection(Guid originalReentrancyId, Guid newReentrancyId)
        {
            _originalReentrancyId = originalReentrancyId;
            _newReentrancyId = newReentrancyId;
            if (newReentrancyId != originalReentrancyId)
            {
                ReentrancyId = newReentrancyId;
            }

            if (newReentrancyId != Guid.Empty)
            {
                (RuntimeContext.Current as StandIns.OrleansRuntime.Activation)?.EnterReentrantSection(newReentrancyId);
            }
        }

        public void Dispose()
        {
            if (_newReentrancyId != Guid.Empty)
            {
                (RuntimeContext.Current as StandIns.OrleansRuntime.Activation)?.ExitReentrantSection(_newReentrancyId);
            }

            if (_newReentrancyId != _originalReentrancyId)
            {
                ReentrancyId = _originalReentrancyId;
            }
        }
    }
}
