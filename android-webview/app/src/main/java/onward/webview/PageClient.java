package onward.webview;

import android.annotation.TargetApi;
import android.net.Uri;
import android.os.Build;
import android.webkit.RenderProcessGoneDetail;
import android.webkit.ServiceWorkerClient;
import android.webkit.WebResourceRequest;
import android.webkit.WebResourceResponse;
import android.webkit.WebView;
import android.webkit.WebViewClient;

/** The gate between the page and everything else: each request is answered from the app or refused. */
final class PageClient extends WebViewClient {
    /** What the Activity does about it. */
    interface Host {
        /** The page is now at another address, or its history changed. */
        void onHistory(String url);

        /** The user followed a link that leads out of the app. */
        void onRefused(Uri url);

        /** The page and all that it held in memory are lost; the view is of no more use. */
        void onRenderProcessGone(String reason);
    }

    private final Pages pages;
    private final Host host;

    PageClient(Pages pages, Host host) {
        this.pages = pages;
        this.host = host;
    }

    /** A service worker would be asked in place of the app, which needs none to be offline: it gets nothing. */
    static ServiceWorkerClient noServiceWorkers() {
        return new ServiceWorkerClient() {
            @Override
            public WebResourceResponse shouldInterceptRequest(WebResourceRequest request) {
                return Pages.refuse(404, "Not Found");
            }
        };
    }

    @Override
    public WebResourceResponse shouldInterceptRequest(WebView view, WebResourceRequest request) {
        return pages.answer(request);
    }

    @Override
    public boolean shouldOverrideUrlLoading(WebView view, WebResourceRequest request) {
        if (Pages.has(request.getUrl())) return false;
        if (request.hasGesture()) host.onRefused(request.getUrl());
        return true;
    }

    @Override
    public void doUpdateVisitedHistory(WebView view, String url, boolean isReload) {
        host.onHistory(url);
    }

    /** True: the app lives on. Called from Android 8; before, the page's process is the app's. */
    @Override
    @TargetApi(Build.VERSION_CODES.O)
    public boolean onRenderProcessGone(WebView view, RenderProcessGoneDetail detail) {
        host.onRenderProcessGone(detail.didCrash() ? "it crashed" : "the system ended it to have its memory");
        return true;
    }
}
