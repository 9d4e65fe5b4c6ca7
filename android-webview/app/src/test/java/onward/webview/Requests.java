package onward.webview;

import android.net.Uri;
import android.webkit.WebResourceRequest;
import java.util.Map;

/** Requests as a WebView makes them. */
final class Requests {
    static WebResourceRequest get(String url) {
        return request("GET", url, false);
    }

    static WebResourceRequest tap(String url) {
        return request("GET", url, true);
    }

    static WebResourceRequest request(String method, String url, boolean hasGesture) {
        return new WebResourceRequest() {
            @Override
            public Uri getUrl() {
                return Uri.parse(url);
            }

            @Override
            public boolean isForMainFrame() {
                return true;
            }

            @Override
            public boolean isRedirect() {
                return false;
            }

            @Override
            public boolean hasGesture() {
                return hasGesture;
            }

            @Override
            public String getMethod() {
                return method;
            }

            @Override
            public Map<String, String> getRequestHeaders() {
                return Map.of();
            }
        };
    }
}
